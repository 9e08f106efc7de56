"""A person takes the mouse and keyboard of a computer, and gives them back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app import dispatch
from sessions_app.models import (
    ControlRefused,
    QuestionKind,
    Session,
    Status,
    Takeover,
    User,
    question,
    takeover,
)
from sessions_app.runners import due
from tests.conftest import SessionMaker


def status(session: Session) -> str:
    return session.tasks.values_list("status", flat=True).latest("number")


def test_an_agent_at_work_is_asked_to_pause_and_goes_on_when_it_is_over(
    make_session: SessionMaker, alice: User
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    dispatch.take_control(session, by=alice)
    task = session.tasks.get()
    assert task.pause_asked_at is not None
    taken = takeover.current(session)
    assert taken is not None
    takeover.record(taken, "clicked at 40, 12")
    dispatch.hand_back(session, by=alice, note="Signed in.")
    assert not session.tasks.filter(pause_asked_at__isnull=False).exists()
    told = session.messages.get()
    assert told.text == (
        "I had control of the computer. I clicked at 40, 12. Look how things stand now.\n\nSigned in."
    )


def test_one_that_waits_in_the_queue_is_paused_and_queued_again(
    make_session: SessionMaker, alice: User
) -> None:
    session = make_session(status=Status.PENDING)
    dispatch.take_control(session, by=alice)
    assert status(session) == Status.PAUSED
    dispatch.hand_back(session, by=alice)
    assert status(session) == Status.PENDING


def test_one_person_has_control_at_a_time(make_session: SessionMaker, alice: User, bob: User) -> None:
    session = make_session(status=Status.COMPLETED)
    dispatch.take_control(session, by=alice)
    dispatch.take_control(session, by=alice)
    with pytest.raises(ControlRefused, match="has control"):
        dispatch.take_control(session, by=bob)
    assert Takeover.objects.count() == 1
    dispatch.hand_back(session, by=bob)
    told = session.events.get(kind="control_returned").payload
    assert (told["by_name"], told["why"]) == (alice.shown_name, f"{bob.shown_name} ended it.")
    dispatch.take_control(session, by=bob)
    assert Takeover.objects.count() == 2


def test_a_question_that_asks_for_it_is_answered_by_handing_back(
    make_session: SessionMaker, alice: User
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    task = session.tasks.get()
    with session.writing() as held:
        question.ask(held, task, "Sign in for me.", kind=QuestionKind.TAKE_OVER, call_id="call")
        task.move("wait")
    dispatch.take_control(session, by=alice)
    dispatch.hand_back(session, by=alice, note="Done.")
    asked = session.questions.get()
    assert (asked.is_open, status(session)) == (False, Status.PENDING)
    assert asked.answer == "I had control of the computer and changed nothing.\n\nDone."


def test_what_is_done_without_control_is_not_written_down(make_session: SessionMaker, alice: User) -> None:
    session = make_session(status=Status.COMPLETED)
    dispatch.take_control(session, by=alice)
    taken = takeover.current(session)
    assert taken is not None
    dispatch.hand_back(session, by=alice)
    takeover.record(taken, "clicked at 1, 1")
    assert not session.events.filter(kind="person_acted").exists()


def test_who_leaves_without_a_word_loses_control_after_ten_minutes(
    make_session: SessionMaker, alice: User
) -> None:
    session = make_session(status=Status.PENDING)
    dispatch.take_control(session, by=alice)
    due.fall_due()
    assert takeover.current(session) is not None
    Takeover.objects.update(touched_at=timezone.now() - timedelta(minutes=11))
    due.fall_due()
    assert takeover.current(session) is None
    assert status(session) == Status.PENDING
    told = session.events.get(kind="control_returned")
    assert told.payload["why"] == "Nothing was touched for ten minutes."
