from __future__ import annotations

import uuid

import pytest
from django.test import Client
from pytest_django import Settings

from sessions_app.models import Agent, Finding, LanguageModel, Session, Space, Status
from tests.conftest import SessionMaker
from tests.web.page import soup, text, texts

ADDRESS = "/agents/builder/"


def test_an_instruction_becomes_a_session(as_bob: Client, agent: Agent) -> None:
    response = as_bob.post(ADDRESS, {"text": "Rebuild the pricing page. Keep the URL.", "effort": "high"})
    session = Session.objects.get()
    assert response["Location"] == f"/s/{session.pk}/"
    assert session.title == "Rebuild the pricing page"
    assert session.latest_task
    assert session.latest_task.effort == "high"
    assert session.latest_task.instruction == "Rebuild the pricing page. Keep the URL."


def test_a_form_sent_twice_starts_one_session(as_bob: Client, agent: Agent) -> None:
    key = soup(as_bob.get(ADDRESS)).select("[name=key]")[0]["value"]
    first, second = (as_bob.post(ADDRESS, {"text": "Say hello.", "key": key}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Session.objects.count() == 1


def test_a_key_that_is_none_is_no_obstacle(as_bob: Client, agent: Agent) -> None:
    assert as_bob.post(ADDRESS, {"text": "Say hello.", "key": "x"}).status_code == 302


@pytest.mark.parametrize("words", ["", "  \n "])
def test_an_empty_box_is_asked_for_words(as_bob: Client, agent: Agent, words: str) -> None:
    page = as_bob.post(ADDRESS, {"text": words, "key": uuid.uuid4()})
    assert page.status_code == 422
    assert text(page, "#task-error") == "Write what you want first."
    assert soup(page).select("#task")[0]["aria-describedby"] == "task-error"
    assert Session.objects.count() == 0


def test_a_text_that_is_too_long_is_kept_and_the_limit_named(as_bob: Client, agent: Agent) -> None:
    long = "word " * 20_000
    page = as_bob.post(ADDRESS, {"text": long, "effort": "low"})
    assert page.status_code == 422
    assert "The limit is 50,000." in text(page, "#task-error")
    assert soup(page).select("#task")[0].get_text().lstrip("\n") == long
    assert soup(page).select("[name=effort][checked]")[0]["value"] == "low"


def test_the_levels_of_effort_are_those_of_the_model(as_bob: Client, agent: Agent) -> None:
    page = as_bob.get(ADDRESS)
    assert texts(page, "#effort label") == ["Low", "Medium", "High"]
    assert soup(page).select("[name=effort][checked]")[0]["value"] == "medium"


def test_the_effort_can_be_left_to_the_model_where_the_agent_leaves_it(as_bob: Client, agent: Agent) -> None:
    Agent.objects.update(effort="")
    page = as_bob.get(ADDRESS)
    assert texts(page, "#effort label") == ["Default", "Low", "Medium", "High"]
    assert soup(page).select("[name=effort][checked]")[0]["value"] == ""
    as_bob.post(ADDRESS, {"text": "Say hello.", "effort": ""})
    task = Session.objects.get().latest_task
    assert task and task.effort == ""


def test_a_model_without_levels_offers_none(as_bob: Client, agent: Agent, model: LanguageModel) -> None:
    LanguageModel.objects.update(efforts=[])
    assert texts(as_bob.get(ADDRESS), "[name=effort]") == []


def test_a_level_that_the_model_does_not_know_is_not_used(as_bob: Client, agent: Agent) -> None:
    as_bob.post(ADDRESS, {"text": "Say hello.", "effort": "enormous"})
    task = Session.objects.get().latest_task
    assert task
    assert task.effort == "medium"


def test_the_level_chosen_last_is_chosen_again(as_bob: Client, agent: Agent) -> None:
    as_bob.post(ADDRESS, {"text": "Say hello.", "effort": "high"})
    assert soup(as_bob.get(ADDRESS)).select("[name=effort][checked]")[0]["value"] == "high"


def test_another_agent_can_be_chosen_in_the_form(as_bob: Client, agent: Agent, space: Space) -> None:
    other = Agent.objects.create(space=space, slug="scout", name="Scout")
    as_bob.post(ADDRESS, {"text": "Say hello.", "agent": "scout"})
    assert Session.objects.get().agent == other


def test_an_example_fills_the_box(as_bob: Client, agent: Agent) -> None:
    example = soup(as_bob.get(ADDRESS)).select("[data-fill]")[0]
    assert example["data-fill"] == "Reproduce the bug, fix it, add a test."
    page = as_bob.get(str(example["href"]))
    assert soup(page).select("#task")[0].get_text().strip() == "Reproduce the bug, fix it, add a test."


def test_the_five_latest_sessions_are_listed(as_bob: Client, make_session: SessionMaker) -> None:
    for number in range(6):
        make_session(f"Say {number}.", status=Status.COMPLETED)
    page = as_bob.get(ADDRESS)
    assert texts(page, "#recent .go") == ["Say 5", "Say 4", "Say 3", "Say 2", "Say 1"]
    assert text(page, "#recent header a") == "See all 6"


def test_a_machine_without_computers_says_so_and_how_to_mend_it(as_bob: Client, agent: Agent) -> None:
    Finding.objects.create(key="sandbox", ok=False, reason="Namespaces are off.", cure="sudo sysctl -w x=1")
    page = as_bob.get(ADDRESS)
    assert "Namespaces are off. To mend it: sudo sysctl -w x=1" in text(page, "#readiness")


def test_busy_computers_and_the_place_in_line_are_said(
    as_bob: Client, make_session: SessionMaker, settings: Settings
) -> None:
    settings.SESSIONS_AT_ONCE = 1
    make_session(status=Status.IN_PROGRESS)
    make_session()
    words = "1 of 1 computers are busy. This session will be queued, 2nd in line."
    assert text(as_bob.get(ADDRESS), "#readiness") == words


def test_a_free_machine_says_nothing(as_bob: Client, agent: Agent) -> None:
    assert text(as_bob.get(ADDRESS), "#readiness") == ""


def test_a_model_that_does_not_answer_is_said(as_bob: Client, agent: Agent) -> None:
    LanguageModel.objects.update(available=False, note="The model server does not answer.")
    assert "The model server does not answer." in text(as_bob.get(ADDRESS), "#readiness")


def test_a_model_that_nobody_knows_is_said_before_a_session_fails(as_bob: Client, agent: Agent) -> None:
    Agent.objects.update(model="gone:one")
    assert "Its model gone:one is not known here" in text(as_bob.get(ADDRESS), "#readiness")


def test_a_new_session_begins_with_the_agent_used_last(
    as_alice: Client, make_session: SessionMaker, space: Space
) -> None:
    Agent.objects.create(space=space, slug="a-first", name="A first")
    make_session()
    assert as_alice.get("/sessions/new/")["Location"] == "/agents/builder/"
    assert as_alice.get("/sessions/new/?agent=a-first")["Location"] == "/agents/a-first/"


def test_a_space_without_agents_asks_its_admin_for_one(as_alice: Client, as_vera: Client) -> None:
    assert as_alice.get("/sessions/new/")["Location"] == "/agents/new/"
    assert as_vera.get("/sessions/new/")["Location"] == "/sessions/"
