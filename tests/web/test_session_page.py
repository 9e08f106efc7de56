from __future__ import annotations

import pytest
from django.test import Client

from sessions_app.models import Artifact, LanguageModel, Session, Status
from tests.conftest import SessionMaker
from tests.live.transcripts import write, write_commands, write_step
from tests.web.page import soup, text, texts


def test_a_session_shows_what_was_asked_and_what_was_done(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session("Rebuild the pricing page.", status=Status.IN_PROGRESS)
    write_step(session, "command_started")
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "h1") == "Rebuild the pricing page"
    assert text(page, "#session-badge") == "Running"
    assert text(page, "#steps [data-k=instructed] .prose") == "Rebuild the pricing page."
    assert texts(page, "#steps summary .cut") == ["Ran npm test"]
    assert texts(page, "#steps summary .meta") == ["exit 0 · 6.1 s"]


WORDS = {
    Status.PENDING: ("Add to the task before it starts", "Add", "Waiting for a computer. 1st in line."),
    Status.IN_PROGRESS: ("Add guidance for the next step", "Send", "Working"),
    Status.WAITING_FOR_INPUT: (
        "Add a note, or answer in your own words",
        "Send and continue",
        "Waiting for you",
    ),
    Status.PAUSED: (
        "Say something for when it goes on",
        "Send",
        "It goes on where it was once resumed.",
    ),
    Status.COMPLETED: ("Ask for a change, or start the next thing", "Send", ""),
    Status.FAILED: ("Say what to do differently, then try again", "Send and retry", ""),
    Status.CANCELLED: ("Say how to go on", "Send and continue", ""),
    Status.EXPIRED: ("Say what to do differently, then try again", "Send and retry", ""),
}


@pytest.mark.parametrize("status", Status)
def test_the_composer_says_what_words_are_for_now(
    status: Status, as_bob: Client, make_session: SessionMaker
) -> None:
    placeholder, button, state = WORDS[status]
    page = as_bob.get(f"/s/{make_session(status=status).pk}/")
    assert soup(page).select("#message")[0]["placeholder"] == placeholder
    assert text(page, "#composer .btn.primary").removesuffix(" Ctrl ↵") == button
    assert state in text(page, "#session-state")


def test_the_effort_is_chosen_for_a_run_that_the_message_starts(
    as_bob: Client, make_session: SessionMaker
) -> None:
    over = make_session(status=Status.COMPLETED)
    page = as_bob.get(f"/s/{over.pk}/")
    assert [option["value"] for option in soup(page).select("#effort option[selected]")] == ["medium"]
    assert "Use from the next step" not in texts(page, "button")


def test_the_effort_is_not_asked_where_the_model_knows_none(
    as_bob: Client, make_session: SessionMaker, model: LanguageModel
) -> None:
    session = make_session(status=Status.COMPLETED)
    model.efforts = []
    model.save()
    assert soup(as_bob.get(f"/s/{session.pk}/")).select("#effort") == []


def test_a_question_is_asked_with_its_choices(as_bob: Client, make_session: SessionMaker) -> None:
    page = as_bob.get(f"/s/{make_session(status=Status.WAITING_FOR_INPUT).pk}/?choice=1")
    assert text(page, "#composer .q") == "Drop orders.legacy_ref, or copy it first?"
    assert [choice["type"] for choice in soup(page).select("#composer [name=choice]")] == ["radio", "radio"]
    assert "Cannot be undone." in texts(page, "#composer .opt")[1]
    assert [choice["value"] for choice in soup(page).select("[name=choice][checked]")] == ["1"]


def test_sixty_steps_are_shown_and_the_earlier_ones_offered(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session()
    write_commands(session, 100)
    page = as_bob.get(f"/s/{session.pk}/")
    shown = texts(page, "#steps summary .cut")
    assert shown == [f"Ran echo {number}" for number in range(41, 101)]
    assert text(page, "#earlier") == "Show 41 earlier steps"
    link = str(soup(page).select("#earlier a")[0]["href"])
    more = as_bob.get(link, headers={"HX-Request": "true"})
    assert texts(more, "summary .cut") == [f"Ran echo {number}" for number in range(1, 41)]
    assert soup(more).select("#earlier[hidden]")


def test_earlier_steps_are_a_page_where_scripts_are_off(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    write_commands(session, 100)
    link = str(soup(as_bob.get(f"/s/{session.pk}/")).select("#earlier a")[0]["href"])
    page = as_bob.get(link, follow=True)
    assert texts(page, "#steps summary .cut")[-1] == "Ran echo 40"
    assert "60 later steps" in " ".join(texts(page, ".flow > .mark"))
    assert soup(page).select("#session-socket") == []


def test_opening_a_finished_session_marks_it_as_reviewed(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.COMPLETED)
    assert session.unreviewed
    as_bob.get(f"/s/{session.pk}/")
    assert not Session.objects.select_related("latest_task").get(pk=session.pk).unreviewed


def test_who_only_watches_is_told_so_and_has_no_forms(as_vera: Client, make_session: SessionMaker) -> None:
    page = as_vera.get(f"/s/{make_session(status=Status.WAITING_FOR_INPUT).pk}/")
    assert "You can watch this session. Only members of Harbour can reply." in texts(page, ".banner")
    assert soup(page).select("main form, main textarea, #stop-dialog") == []


def test_the_panel_has_addresses_of_its_own(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.COMPLETED)
    artifact = Artifact.objects.create(session=session, path="a.md", name="notes.md")
    artifact.versions.create(number=1, kind="markdown", digest="0" * 64, files=[], size_bytes=9)
    artifacts = as_bob.get(f"/s/{session.pk}/artifacts/")
    assert soup(artifacts).select(".split[data-view=panel]")
    assert "notes.md" in text(artifacts, "#panel-artifacts")
    details = as_bob.get(f"/s/{session.pk}/details/")
    assert text(details, ".views [aria-current]") == "Details"
    assert "Run 1" in text(details, ".panel dl")


def test_the_socket_goes_on_where_the_page_ends(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    seq = write(session, "said", text="Hello").seq
    socket = soup(as_bob.get(f"/s/{session.pk}/")).select("#session-socket")[0]
    assert socket["hx-ws:connect"] == f"/ws/s/{session.pk}/?after={seq}"


@pytest.mark.parametrize("path", ["", "artifacts/", "details/", "steps/", "?before=nonsense"])
def test_a_stranger_finds_nothing(
    path: str, as_bob: Client, as_vera: Client, as_mallory: Client, make_session: SessionMaker
) -> None:
    address = f"/s/{make_session().pk}/{path}"
    assert as_bob.get(address, follow=True).status_code == 200
    assert as_vera.get(address, follow=True).status_code == 200
    assert as_mallory.get(address).status_code == 404
    assert Client().get(address)["Location"].startswith("/login/")
