from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from sessions_app.models import Session, Status, User, bell, conversation
from sessions_app.models.event_kinds import (
    PAYLOAD_LIMIT_BYTES,
    TEXT_LIMIT_BYTES,
    PayloadRefused,
    fitted,
    size_of,
)
from tests.conftest import SessionMaker

WRITERS, EACH = 8, 25


@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_no_gap_and_no_double(make_session: SessionMaker) -> None:
    session = make_session()
    before = session.last_seq

    def write(writer: int) -> None:
        own = Session.objects.get(pk=session.pk)
        for number in range(EACH):
            own.append("said", {"text": f"{writer}.{number}"})
        connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    numbers = list(session.events.values_list("seq", flat=True).order_by("seq"))
    assert numbers == list(range(1, before + WRITERS * EACH + 1))


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_and_not_for_what_was_rolled_back(make_session: SessionMaker) -> None:
    session = make_session()
    seen: list[int] = []
    stop = bell.listen(lambda pk: seen.append(Session.objects.get(pk=pk).last_seq))
    try:
        with transaction.atomic():
            session.append("said", {"text": "one"})
            assert seen == []
        assert seen == [session.last_seq]
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            session.append("said", {"text": "two"})
            raise ZeroDivisionError
        assert len(seen) == 1
    finally:
        stop()


def test_what_is_undone_within_a_write_leaves_no_gap(make_session: SessionMaker) -> None:
    session = make_session()
    with session.writing() as held:
        held.append("said", {"text": "one"})
        with pytest.raises(ZeroDivisionError), session.writing() as again:
            again.append("said", {"text": "never"})
            raise ZeroDivisionError
        Session.objects.get(pk=session.pk).append("said", {"text": "two"})
    events = list(session.events.order_by("seq"))
    assert [event.payload["text"] for event in events[-2:]] == ["one", "two"]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    session.refresh_from_db()
    assert (session.last_seq, session.steps) == (len(events), 3)


def test_only_steps_that_a_person_counts_are_counted(make_session: SessionMaker) -> None:
    session = make_session()
    before = session.steps
    session.append("said", {"text": "Hello."})
    session.append("model_responded", {"response": {}})
    session.append("resumed")
    assert session.steps == before + 1


def test_a_payload_with_an_unknown_key_is_refused(make_session: SessionMaker) -> None:
    with pytest.raises(PayloadRefused, match="colour"):
        make_session().append("said", {"text": "Hello.", "colour": "green"})


def test_a_payload_over_8_kb_is_refused(make_session: SessionMaker) -> None:
    session = make_session()
    session.append("said", {"text": "a" * 8000})
    with pytest.raises(PayloadRefused, match="blob"):
        session.append("said", {"text": "a" * 8200})


def test_a_text_that_takes_more_room_as_json_than_by_itself_is_cut_and_not_refused(
    make_session: SessionMaker, alice: User
) -> None:
    session = make_session('"' * 6000)
    conversation.say(session, "\x1b" * 6000, by=alice)
    for event in session.events.filter(kind__in=("instructed", "message_sent")):
        assert event.payload["cut"]
        assert size_of(event.payload["text"]) <= TEXT_LIMIT_BYTES


def test_what_a_program_printed_is_cut_until_an_event_takes_it(make_session: SessionMaker) -> None:
    ended = fitted({"exit_code": 0, "output": "\x1b[0K\r" * 1000, "reason": "exited"})
    make_session().append("command_ended", ended)
    assert (ended["reason"], ended["exit_code"]) == ("exited", 0)
    assert PAYLOAD_LIMIT_BYTES - 20 < size_of(ended) <= PAYLOAD_LIMIT_BYTES


def test_a_title_comes_from_the_first_sentence_and_keeps_no_markup_tricks(make_session: SessionMaker) -> None:
    title = make_session("Build <b>it</b>\u202e now. Then rest.\nMore.", status=Status.PENDING).title
    assert title == "Build <b>it</b> now"


def test_a_title_keeps_no_back_ticks_of_code(make_session: SessionMaker) -> None:
    assert make_session("Make `make test` pass.", status=Status.PENDING).title == "Make make test pass"


def test_a_title_given_by_a_person_is_kept(make_session: SessionMaker) -> None:
    session = make_session(status=Status.COMPLETED)
    assert session.created_by
    session.rename("  My \n site ", by=session.created_by)
    conversation.say(session, "Now something quite different.", by=session.created_by)
    session.refresh_from_db()
    assert (session.title, session.titled_by_person) == ("My site", True)
