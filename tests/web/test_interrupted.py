"""A task whose worker is gone is not said to work."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sessions_app.models import Attempt, Session, Status, Task, User, attempt
from tests.conftest import SessionMaker
from tests.web.page import soup, text


@pytest.fixture
def running(make_session: SessionMaker) -> Session:
    return make_session(status=Status.IN_PROGRESS)


def fall_silent(session: Session, *, seconds: int = 40) -> None:
    """What the page knows of a worker that died this long ago."""
    ran_out = timezone.now() - timedelta(seconds=seconds) + attempt.LEASE
    Attempt.objects.filter(task__session=session).update(leased_until=ran_out)


def test_a_worker_that_is_alive_was_heard_from(as_vera: Client, running: Session) -> None:
    fall_silent(running, seconds=4)
    for address in (f"/s/{running.pk}/", f"/s/{running.pk}/details/"):
        page = as_vera.get(address)
        heard = [found.get_text() for found in soup(page).select(".heard-from")]
        assert heard and all(re.fullmatch(r"heard from \d s ago", words) for words in heard)
        assert text(page, "#session-state") == "Working"
    assert len(soup(as_vera.get(f"/s/{running.pk}/details/")).select("dl .heard-from")) == 1


def test_a_worker_that_is_gone_does_not_work(as_bob: Client, as_vera: Client, running: Session) -> None:
    fall_silent(running)
    page = as_bob.get(f"/s/{running.pk}/")
    state = text(page, "#session-state").replace(" .", ".")
    assert re.match(r"Interrupted: its worker has not answered for 4\d s\. It goes on by itself when", state)
    assert "Working" not in state and text(page, ".heard-from") == ""
    assert soup(page).select("#session-state button[form=verbs]")
    assert soup(as_vera.get(f"/s/{running.pk}/")).select("#session-state button") == []
    assert text(page, "#session-badge") == "Interrupted" and soup(page).select(".spin") == []
    dashboard = as_vera.get("/sessions/")
    assert "Interrupted, silent for 4" in text(dashboard, f"#row-{running.pk}")
    assert soup(dashboard).select(f"#row-{running.pk} .spin") == []


def test_beside_its_agent_nothing_turns_for_a_worker_that_is_gone(as_vera: Client, running: Session) -> None:
    assert soup(as_vera.get("/sessions/")).select("#side-agents .spin") != []
    fall_silent(running)
    assert soup(as_vera.get("/sessions/")).select("#side-agents .spin") == []


def test_somebody_lets_it_go_on_at_once(as_bob: Client, running: Session) -> None:
    fall_silent(running)
    button = soup(as_bob.get(f"/s/{running.pk}/")).select("#session-state button")[0]
    as_bob.post(str(button["formaction"]))
    task = Task.objects.get(session=running)
    assert (task.status, task.fence) == (Status.PENDING, 2)
    assert running.events.get(kind="recovered").payload["reason"] == "Its worker did not answer any more."
    assert not Attempt.objects.filter(task=task, ended_at=None).exists()
    as_bob.post(f"/s/{running.pk}/recover/")
    assert running.events.filter(kind="recovered").count() == 1


def test_a_task_is_not_taken_from_a_worker_that_is_alive(as_bob: Client, running: Session) -> None:
    answer = as_bob.post(f"/s/{running.pk}/recover/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "heard from again" in answer.content.decode()
    assert Task.objects.get(session=running).status == Status.IN_PROGRESS


def test_what_somebody_asked_to_stop_stops_at_once(as_bob: Client, running: Session, bob: User) -> None:
    Task.objects.get(session=running).ask_to_stop(by=bob)
    fall_silent(running)
    page = as_bob.get(f"/s/{running.pk}/")
    assert "It is stopped by itself in a moment." in text(page, "#session-state")
    assert text(page, "#session-state button") == "Stop now"
    as_bob.post(f"/s/{running.pk}/recover/")
    assert Task.objects.get(session=running).status == Status.CANCELLED


def test_only_those_who_direct_the_session_may(as_vera: Client, as_mallory: Client, running: Session) -> None:
    fall_silent(running)
    for client in (as_vera, as_mallory):
        assert client.post(f"/s/{running.pk}/recover/").status_code == 404
    assert Client().post(f"/s/{running.pk}/recover/")["Location"].startswith("/login/")
    assert Task.objects.get(session=running).status == Status.IN_PROGRESS
