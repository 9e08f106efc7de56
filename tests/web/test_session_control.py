from __future__ import annotations

import pytest
from django.test import Client

from sessions_app.models import Session, Status, Task
from tests.conftest import SessionMaker
from tests.web.page import soup, text, texts

HTMX = {"HX-Request": "true"}


def task_of(session: Session) -> Task:
    return Task.objects.get(session=session)


def test_a_task_under_way_is_asked_to_pause_and_the_page_says_so_until_it_has(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    assert texts(as_bob.get(f"/s/{session.pk}/"), "#session-stop button") == ["Pause", "Stop"]
    answer = as_bob.post(f"/s/{session.pk}/pause/", headers=HTMX)
    assert text(answer, "#session-badge") == "Running"
    assert text(answer, "#session-stop") == "Pausing Keep going Stop"
    assert text(answer, "#session-state").startswith("Pausing after what it does now.")
    assert "Pausing" in text(as_bob.get("/sessions/"), f"#row-{session.pk}")


def test_a_paused_task_is_resumed_from_its_page(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    as_bob.post(f"/s/{session.pk}/pause/")
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "#session-badge") == "Paused"
    button = soup(page).select("#session-stop button")[0]
    assert (button.get_text(strip=True), button["form"]) == ("Resume", "verbs")
    assert "resumes it" in text(as_bob.get("/sessions/"), f"#row-{session.pk}")
    as_bob.post(str(button["formaction"]))
    assert task_of(session).status == Status.PENDING
    assert texts(as_bob.get(f"/s/{session.pk}/"), "#steps [data-k=resumed]")[0].startswith("Resumed by Bob")


@pytest.mark.parametrize("status", [Status.WAITING_FOR_INPUT, Status.COMPLETED])
def test_pausing_is_offered_only_where_something_runs_or_is_about_to(
    status: Status, as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=status)
    assert "Pause" not in texts(as_bob.get(f"/s/{session.pk}/"), "button")
    assert as_bob.post(f"/s/{session.pk}/pause/").status_code == 302
    assert task_of(session).status == status


@pytest.mark.parametrize("verb", ["pause/", "resume/"])
def test_who_may_not_direct_finds_nothing_to_do(
    verb: str, as_bob: Client, as_vera: Client, as_mallory: Client, make_session: SessionMaker
) -> None:
    status = Status.PAUSED if verb == "resume/" else Status.PENDING
    session = make_session(status=status)
    for client in (as_vera, as_mallory):
        assert client.post(f"/s/{session.pk}/{verb}").status_code == 404
    assert Client().post(f"/s/{session.pk}/{verb}")["Location"].startswith("/login/")
    assert task_of(session).status == status
    assert as_bob.get(f"/s/{session.pk}/{verb}").status_code == 405
    as_bob.post(f"/s/{session.pk}/{verb}")
    assert task_of(session).status != status
