from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sessions_app.models import Agent, LanguageModel
from tests.web.page import soup, text, texts

SCOUT: dict[str, Any] = {"name": "Scout", "purpose": "Finds things", "instructions": "", "model": "demo"}
SCOUT |= {"temperature": "0.5", "max_steps": 40, "at_limit": "ask"}


def test_an_admin_adds_an_agent(as_alice: Client, model: LanguageModel) -> None:
    response = as_alice.post("/agents/new/", {**SCOUT, "effort": "low"})
    agent = Agent.objects.get()
    assert response["Location"] == "/agents/scout/"
    assert (agent.name, agent.effort, agent.max_steps) == ("Scout", "low", 40)
    assert agent.temperature == 0.5


def test_two_agents_of_one_name_have_two_addresses(as_alice: Client, model: LanguageModel) -> None:
    for _ in range(2):
        as_alice.post("/agents/new/", SCOUT)
    assert set(Agent.objects.values_list("slug", flat=True)) == {"scout", "scout-2"}


def test_a_form_sent_twice_adds_one_agent(as_alice: Client, model: LanguageModel) -> None:
    (key,) = soup(as_alice.get("/agents/new/")).select("main form input[name=key]")
    sent = [as_alice.post("/agents/new/", {**SCOUT, "key": key["value"]}) for _ in range(2)]
    assert [answer["Location"] for answer in sent] == ["/agents/scout/"] * 2
    assert Agent.objects.count() == 1


def test_an_agent_called_new_can_be_opened(as_alice: Client, model: LanguageModel) -> None:
    response = as_alice.post("/agents/new/", {**SCOUT, "name": "New"}, follow=True)
    assert text(response, "#agent-head h2") == "New"


def test_an_admin_changes_an_agent(as_alice: Client, agent: Agent) -> None:
    page = as_alice.post("/agents/builder/settings/", {**SCOUT, "name": "Rebuilder"}, follow=True)
    assert text(page, "#agent-head h2") == "Rebuilder"
    assert texts(page, ".toast") == ["Saved."]
    assert page.redirect_chain == [("/agents/builder/", 302)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"max_steps": 0}, "max_steps"),
        ({"temperature": "2.1"}, "temperature"),
        ({"model": "none"}, "model"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    as_alice: Client, model: LanguageModel, wrong: dict[str, Any], field: str
) -> None:
    page = as_alice.post("/agents/new/", {**SCOUT, **wrong})
    assert page.status_code == 422
    assert text(page, f"#id_{field}_error")
    assert f"id_{field}_error" in soup(page).select(f"#id_{field}")[0]["aria-describedby"]
    assert Agent.objects.count() == 0


@pytest.mark.parametrize("wrong", ["", "-0.1", "2.01", "warm", "nan", "inf", "1e999"])
def test_a_temperature_that_is_none_says_what_one_is(
    as_alice: Client, model: LanguageModel, wrong: str
) -> None:
    page = as_alice.post("/agents/new/", {**SCOUT, "temperature": wrong})
    assert page.status_code == 422
    assert text(page, "#id_temperature_error") == "Write a temperature from 0 to 2, such as 0.2."
    assert soup(page).select("#id_temperature")[0]["value"] == wrong


def test_a_new_agent_is_offered_a_low_temperature(as_alice: Client, model: LanguageModel) -> None:
    assert soup(as_alice.get("/agents/new/")).select("#id_temperature")[0]["value"] == "0.2"


def test_a_model_that_cannot_be_used_says_why(as_alice: Client, model: LanguageModel) -> None:
    LanguageModel.objects.create(
        name="openai:x", label="X", provider="openai", available=False, note="No OPENAI_API_KEY is set."
    )
    page = as_alice.get("/agents/new/")
    assert "X cannot be used now. No OPENAI_API_KEY is set." in texts(page, ".hint")
    assert soup(page).select("option[value='openai:x']")[0].has_attr("disabled")
    assert as_alice.post("/agents/new/", {**SCOUT, "model": "openai:x"}).status_code == 422


def test_an_agent_keeps_a_model_that_is_gone(as_alice: Client, agent: Agent) -> None:
    LanguageModel.objects.all().delete()
    page = as_alice.get("/agents/builder/settings/")
    assert text(page, "#id_model option[selected]") == "demo (not found)"
    assert as_alice.post("/agents/builder/settings/", SCOUT).status_code == 302


def test_the_default_effort_follows_the_chosen_model(as_alice: Client, agent: Agent) -> None:
    LanguageModel.objects.create(name="plain", label="Plain", provider="local")
    offered = "#effort-field option[value]:not([value=''])"
    assert texts(as_alice.get("/agents/builder/settings/"), offered) == ["Low", "Medium", "High"]
    page = as_alice.get("/agents/builder/settings/?model=plain")
    assert texts(page, offered) == []
    assert soup(page).select("#effort-field")[0].has_attr("hidden")
    as_alice.post("/agents/builder/settings/", {**SCOUT, "model": "plain", "effort": "high"})
    assert Agent.objects.get().effort == ""
