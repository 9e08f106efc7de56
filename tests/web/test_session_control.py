from __future__ import annotations

import pytest
from django.test import Client

from sessions_app.models import LanguageModel, Session, Status, Task
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


@pytest.mark.parametrize("verb", ["pause/", "resume/", "steer/"])
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
    as_bob.post(f"/s/{session.pk}/{verb}", {"model": "demo", "effort": "high"})
    changed = task_of(session)
    assert (changed.status, changed.effort) != (status, "medium")


@pytest.fixture
def other(model: LanguageModel) -> LanguageModel:
    return LanguageModel.objects.create(name="openai:other", label="Other", provider="OpenAI")


def test_model_and_effort_are_changed_for_the_next_step(
    as_bob: Client, make_session: SessionMaker, other: LanguageModel
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, ".choose summary") == "Model and effort: Demo · Medium"
    button = soup(page).select(".choose button")[0]
    assert button.get_text(strip=True) == "Use from the next step"
    answer = as_bob.post(str(button["formaction"]), {"model": other.name, "effort": "high"}, headers=HTMX)
    assert text(answer, ".choose summary") == "Model and effort: Other"
    marks = texts(as_bob.get(f"/s/{session.pk}/"), "#steps [data-k=steered]")
    assert marks == ["Model changed to Other , effort to Default by Bob."]


@pytest.mark.parametrize("gone", ["gone", "g\x00ne"])
def test_a_model_that_is_gone_is_refused_and_the_words_in_the_box_stay(
    gone: str, as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    form = {"model": gone, "effort": "", "text": "Half a sen"}
    page = as_bob.post(f"/s/{session.pk}/steer/", form)
    assert (page.status_code, soup(page).select("#message")[0].text.strip()) == (422, "Half a sen")
    assert text(page, "#composer-error") == "That model is not offered here any more. Choose another one."


def test_a_run_is_begun_with_the_model_chosen_beside_the_message(
    as_bob: Client, make_session: SessionMaker, other: LanguageModel
) -> None:
    session = make_session(status=Status.COMPLETED)
    page = as_bob.get(f"/s/{session.pk}/")
    assert texts(page, "#model option") == ["The agent's: Demo", "Other"]
    assert [group["label"] for group in soup(page).select("#model optgroup")] == ["Built in"]
    as_bob.post(f"/s/{session.pk}/messages/", {"text": "More.", "model": other.name, "effort": ""})
    assert session.tasks.get(number=2).model == other.name


def test_a_question_of_a_stopped_session_is_closed_and_nothing_goes_on(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    as_bob.post(f"/s/{session.pk}/stop/")
    words = text(as_bob.get(f"/s/{session.pk}/"), "#steps [data-k=asked]")
    assert "It was closed without an answer." in words
    assert "went on" not in words
