from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app import fragments
from sessions_app.models import Attempt, Computer, Session, Status, Tail, Task, User
from sessions_app.models.event import Event
from sessions_app.models.event_kinds import STEP_KINDS
from sessions_app.models.overview import rows_of
from sessions_app.models.steps import window
from tests.conftest import SessionMaker
from tests.live.transcripts import STEPS, write, write_commands, write_step

ENVELOPE = re.compile(r'<hx-partial hx-target="([^"]+)" hx-swap="(\w+)">(.*?)</hx-partial>', re.DOTALL)


class PushedPage:
    """The list of steps as a browser has it after the pushes it was sent."""

    def __init__(self) -> None:
        self.items: dict[str, str] = {}

    def take(self, html: str) -> None:
        for target, swap, piece in ENVELOPE.findall(html):
            if swap == "beforeend":
                assert target == "#steps"
                self.items |= {identity(item): item for item in items(piece)}
            elif target[1:] in self.items:
                assert swap == "outerMorph"
                self.items[target[1:]] = piece

    def shown(self) -> str:
        return "\n".join(self.items.values())


def items(html: str) -> list[str]:
    starts = [found.start() for found in re.finditer(r'<li class="step', html)]
    return [html[start:end].strip() for start, end in zip(starts, [*starts[1:], len(html)], strict=True)]


def identity(item: str) -> str:
    found = re.search(r'id="(step-\d+)"', item)
    assert found
    return found[1]


def reloaded(session: Session) -> str:
    session.refresh_from_db()
    return fragments.steps(session, window(session).steps)


def one_by_one(session: Session, events: Iterable[Event]) -> PushedPage:
    page = PushedPage()
    for event in events:
        page.take(fragments.growth(session, [event]))
    return page


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_a_page_that_was_pushed_event_by_event_is_the_page_that_is_reloaded(
    kind: str, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    write_step(session, kind)
    page = one_by_one(session, session.events.order_by("seq"))
    assert page.shown() == reloaded(session)
    assert f'id="step-{session.events.filter(kind=kind).latest("seq").seq}"' in page.shown()


def test_so_is_a_page_that_was_pushed_everything_at_once(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    for kind in STEPS:
        write_step(session, kind)
    page = PushedPage()
    page.take(fragments.growth(session, list(session.events.order_by("seq"))))
    assert page.shown() == reloaded(session)


def test_a_command_that_its_stopped_task_left_behind_does_not_run_on_in_the_page(
    make_session: SessionMaker, alice: User
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    write(session, "command_started", task=session.latest_task, call_id="c", command="sleep 9", boot="b")
    page = one_by_one(session, session.events.order_by("seq"))
    assert "Running" in page.shown()
    seen = session.last_seq
    task = Task.objects.get(session=session)
    task.move("cancel", {"by_name": "Alice"}, by=alice)
    page.take(fragments.growth(session, list(session.events.after(seen))))
    assert "Running" not in page.shown()
    assert page.shown() == reloaded(session)


def test_an_opened_step_and_a_box_are_changed_in_place_and_never_replaced(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    events = [event for kind in STEPS for event in write_step(session, kind)]
    pushed = "".join(fragments.growth(session, [event]) for event in events)
    pieces = fragments.envelopes(fragments.session_pieces(rows_of([session])[0], directs=True))
    for _, swap, piece in ENVELOPE.findall(pushed + pieces):
        if swap != "beforeend" and ("<details" in piece or "<textarea" in piece):
            assert swap == "outerMorph"


@pytest.mark.parametrize("status", Status.values)
def test_the_pieces_beside_the_transcript_are_those_of_the_page(
    status: Status, make_session: SessionMaker, as_alice: Client, as_vera: Client
) -> None:
    session = make_session(status=Status(status))
    # What began a moment ago would be a tenth of a second older in the second drawing.
    began = timezone.now() - timedelta(seconds=3610)
    Task.objects.filter(session=session).exclude(started_at=None).update(started_at=began)
    Attempt.objects.filter(task__session=session).update(leased_until=began)
    Computer.objects.create(session=session, boot="b")
    for client, directs in ((as_alice, True), (as_vera, False)):
        client.get(f"/s/{session.pk}/")  # marks it as reviewed
        pages = [client.get(f"/s/{session.pk}/{tab}").content.decode() for tab in ("", "computer/")]
        page = "".join(pages)
        row = rows_of([Session.objects.select_related("latest_task", "agent").get(pk=session.pk)])[0]
        for place, piece in fragments.session_pieces(row, directs=directs).items():
            on_page = BeautifulSoup(page, "html.parser").select(place)
            assert {str(found) for found in on_page} <= {str(BeautifulSoup(piece, "html.parser")).strip()}, (
                place
            )
            assert on_page, place


def test_a_page_of_many_steps_needs_no_more_queries_than_one_of_few(make_session: SessionMaker) -> None:
    few, many = make_session(), make_session()
    write_commands(few, 2)
    write_commands(many, 50)
    assert queries_of(few) == queries_of(many)


def queries_of(session: Session) -> int:
    session.refresh_from_db()
    with CaptureQueriesContext(connection) as found:
        fragments.steps(session, window(session).steps)
        fragments.growth(session, list(session.events.order_by("seq").select_related("by")))
    return len(found)


def test_what_agents_and_pages_write_cannot_become_markup(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    bad = '<script>alert(1)</script><img src=x onerror=alert(1)><a hx-get="/x">'
    write(session, "said", text=f"{bad} ![beacon](http://evil.example/x.png) [x](javascript:alert(1))")
    write(session, "thought", text=bad, seconds=1)
    write(session, "command_started", call_id="c", command=bad, boot="b")
    write(session, "file_edited", path=bad, added=1, removed=0, diff=f"@@ -1 +1 @@\n+{bad}\n")
    write(session, "page_read", url=f"http://a/{bad}", title=bad, excerpt=bad)
    write(session, "committed", sha=bad, subject=bad, branch=bad, files=[{"path": bad}], added=1, removed=0)
    write(session, "artifact_saved", artifact=1, number=1, name=bad, kind=bad, files=1, size_bytes=1)
    write(session, "asked", question=1, text=bad, kind="text", choices=[{"label": bad, "detail": ""}])
    write(session, "failed", text=bad, detail=bad)
    task = session.latest_task
    assert task
    tails = [Tail(task=task, call_id="t", text=bad), Tail(task=task, call_id=Tail.THINKING, text=bad)]
    live = "".join(fragments.live_pieces(session, tails).values())
    assert live.count("alert(1)") == 4
    page = BeautifulSoup(reloaded(session) + live, "html.parser")
    assert page.select("script, img, [onerror], a[hx-get='/x'], a[href^=javascript]") == []
    assert "alert(1)" in page.get_text()


def test_marks_that_turn_letters_around_are_shown_in_names(make_session: SessionMaker) -> None:
    session = make_session()
    write(session, "file_read", path="report\u202efdp.exe", first_line=1, lines=1, excerpt="x")
    page = BeautifulSoup(reloaded(session), "html.parser")
    assert "report‹U+202E›fdp.exe" in page.select("code")[-1].get_text()
    assert "\u202e" not in str(page)


def test_a_long_body_of_a_closed_step_waits_until_it_is_opened(
    make_session: SessionMaker, as_bob: Client
) -> None:
    session = make_session()
    opener = write(session, "command_started", call_id="c", command="seq 900", boot="b")
    lines = "\n".join(str(number) for number in range(900))
    session.append("command_ended", {"exit_code": 0, "seconds": 1, "output": lines}, step=opener.seq)
    page = BeautifulSoup(reloaded(session), "html.parser")
    later = page.select_one(f"#step-{opener.seq}-body [hx-get]")
    assert later and "899" not in page.get_text()
    body = as_bob.get(str(later["hx-get"]), headers={"HX-Request": "true"}).content.decode()
    assert "899" in BeautifulSoup(body, "html.parser").get_text()
