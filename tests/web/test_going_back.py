from __future__ import annotations

import uuid

import pytest
from django.test import Client

from sessions_app.models import Session, Status, Task
from tests.conftest import SessionMaker
from tests.live.transcripts import write
from tests.web.page import soup, text, texts

HTMX = {"HX-Request": "true"}


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    session = make_session("Build it.", status=Status.COMPLETED)
    write(session, "model_responded", task=session.latest_task, response={})
    write(session, "command_started", task=session.latest_task, call_id="c", command="make", boot="b")
    return session


def step_of(session: Session) -> int:
    return session.events.get(kind="command_started").seq


def test_each_step_of_the_agent_offers_to_go_on_from_there(session: Session, as_bob: Client) -> None:
    page = as_bob.get(f"/s/{session.pk}/")
    offered = [texts(page, f"[data-k={kind}] .back-here") for kind in ("instructed", "completed")]
    assert offered == [["Edit and go again Fork from here"], []]
    assert texts(page, f"#step-{step_of(session)} .back-here") == ["Retry from here Fork from here"]


def test_the_last_instruction_is_edited_and_given_again(session: Session, as_bob: Client) -> None:
    link = soup(as_bob.get(f"/s/{session.pk}/")).select("[data-k=instructed] .back-here a")[0]
    form = as_bob.get(str(link["href"]))
    assert soup(form).select("main textarea")[0].text.strip() == "Build it."
    as_bob.post(str(link["href"]), {"text": "Build it in green.", "key": str(uuid.uuid4())})
    page = as_bob.get(f"/s/{session.pk}/")
    assert texts(page, "#steps [data-k=instructed] .prose") == ["Build it.", "Build it in green."]
    assert text(page, "#steps [data-k=rewound]").startswith("Went back to step 1, asked by Bob.")
    assert session.tasks.get(number=2).status == Status.PENDING


def test_a_step_is_tried_again_without_a_word_and_only_once(session: Session, as_bob: Client) -> None:
    address = f"/s/{session.pk}/steps/{step_of(session)}/again/"
    dialog = as_bob.get(address, headers=HTMX)
    assert text(dialog, "h2") == "Retry from step 2"
    key = str(soup(dialog).select("[name=key]")[0]["value"])
    for _ in range(2):
        assert (
            text(as_bob.post(address, {"text": "", "key": key}, headers=HTMX), "#session-badge") == "Queued"
        )
    assert session.tasks.count() == 2


def test_going_back_while_it_runs_is_asked_for_and_the_page_says_so(
    make_session: SessionMaker, as_bob: Client
) -> None:
    session = make_session("Build it.", status=Status.IN_PROGRESS)
    assert "stopped first" in text(as_bob.get(f"/s/{session.pk}/steps/1/again/"), "main form")
    answer = as_bob.post(f"/s/{session.pk}/steps/1/again/", {"text": "Build a boat."}, headers=HTMX)
    assert text(answer, "#session-state") == "Stopping, then going again."
    assert Task.objects.get(session=session).stop_asked_at


def test_a_fork_is_a_session_of_its_own_that_says_where_it_came_from(
    session: Session, as_bob: Client
) -> None:
    address = f"/s/{session.pk}/steps/{step_of(session)}/fork/"
    key = str(soup(as_bob.get(address)).select("main [name=key]")[0]["value"])
    first, again = (as_bob.post(address, {"text": "Use ninja.", "key": key})["Location"] for _ in range(2))
    assert first == again != f"/s/{session.pk}/"
    page = as_bob.get(first)
    assert text(page, "h1") == "Build it (fork)"
    link = soup(page).select("#steps [data-k=forked] a")[0]
    assert link.get_text() == "step 2 of Build it"
    assert texts(as_bob.get(str(link["href"])), "#steps summary .cut") == ["Ran make"]
    assert "Forked from Build it" in text(as_bob.get(f"{first}details/"), "#panel .kv")
    assert "Forks Build it (fork)" in text(as_bob.get(f"/s/{session.pk}/details/"), "#panel .kv")


def test_a_text_that_is_too_long_is_refused_and_stays(session: Session, as_bob: Client) -> None:
    for verb in ("again", "fork"):
        page = as_bob.post(f"/s/{session.pk}/steps/1/{verb}/", {"text": "x" * 60_000})
        assert page.status_code == 422
        assert text(page, ".err").startswith("The message has 60,000 characters.")
        assert len(soup(page).select("main textarea")[0].text.strip()) == 60_000
    assert Session.objects.count() == 1


@pytest.mark.parametrize("verb", ["again", "fork"])
def test_there_is_no_going_back_to_what_is_no_step_of_the_agent(
    verb: str, session: Session, as_bob: Client
) -> None:
    end = session.events.get(kind="completed").seq
    for seq in (end, 9999):
        assert as_bob.get(f"/s/{session.pk}/steps/{seq}/{verb}/").status_code == 404
        assert as_bob.post(f"/s/{session.pk}/steps/{seq}/{verb}/", {"text": "x"}).status_code == 404
    assert as_bob.get(f"/s/{session.pk}/steps/1/{verb}/").status_code == 200


@pytest.mark.parametrize("verb", ["again", "fork"])
def test_who_may_not_direct_finds_nothing_to_do(
    verb: str, session: Session, as_bob: Client, as_vera: Client, as_mallory: Client
) -> None:
    address = f"/s/{session.pk}/steps/1/{verb}/"
    for client in (as_vera, as_mallory):
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "Mine."}).status_code == 404
    assert Client().post(address, {"text": "Mine."})["Location"].startswith("/login/")
    assert Task.objects.count() == 1
    assert as_bob.post(address, {"text": "His."}).status_code == 302
    assert Task.objects.count() == 2
