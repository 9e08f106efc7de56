from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sessions_app.models import (
    Agent,
    LanguageModel,
    Limit,
    Message,
    Question,
    Session,
    Space,
    SpendingMonth,
    Status,
    Task,
)
from sessions_app.models.attempt import claim
from sessions_app.models.conversation import open_session
from sessions_app.models.model_call import month_of
from tests.conftest import SessionMaker
from tests.models.test_at_limit import at, spend, within
from tests.web.page import soup, text, texts
from tests.web.test_agent_form import SCOUT

HTMX = {"HX-Request": "true"}


@pytest.fixture
def at_budget(make_session: SessionMaker) -> tuple[Session, Question]:
    session = make_session(status=Status.IN_PROGRESS)
    within(session, "1.00")
    spend(session, "1.02")
    return session, at(session, Limit.BUDGET)


def test_a_budget_that_is_spent_is_a_question_of_the_system(
    as_bob: Client, at_budget: tuple[Session, Question]
) -> None:
    session, _ = at_budget
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "#composer-face .badge") == "Budget spent"
    assert texts(page, "#composer-face .opt .two > span:first-child") == ["Add $1", "Finish now", "Stop"]
    assert "Mark done" not in texts(page, "#composer button")
    assert text(page, "[data-k=asked] .b") == "Budget spent"
    assert text(page, "#session-facts").endswith("· $1.02 of $1.00")


def test_it_is_decided_at_the_session(as_bob: Client, at_budget: tuple[Session, Question]) -> None:
    session, asked = at_budget
    form = {"question": asked.pk, "choice": "0", "text": "2.50", "key": uuid.uuid4()}
    as_bob.post(f"/s/{session.pk}/messages/", form, headers=HTMX)
    task = Task.objects.get(session=session)
    assert (task.budget_usd, task.status) == (Decimal("3.52"), Status.PENDING)
    page = as_bob.get(f"/s/{session.pk}/")
    assert texts(page, "[data-k=asked] .as-typed") == ["Bob decided: Add $2.50"]


def test_words_in_the_composer_are_a_message_and_no_decision(
    as_bob: Client, at_budget: tuple[Session, Question]
) -> None:
    session, asked = at_budget
    form = {"question": asked.pk, "text": "Add $5", "key": uuid.uuid4()}
    assert as_bob.post(f"/s/{session.pk}/messages/", form).status_code == 302
    asked.refresh_from_db()
    assert (asked.is_open, Message.objects.get().text) == (True, "Add $5")
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "#session-badge") == "Needs input"
    assert text(page, "#steps [data-k=message_sent] .receipt").startswith("Sent")


def test_an_amount_that_makes_no_sense_is_refused_where_it_was_written(
    as_bob: Client, at_budget: tuple[Session, Question]
) -> None:
    session, asked = at_budget
    page = as_bob.post(f"/s/{session.pk}/messages/", {"question": asked.pk, "choice": "0", "text": "-5"})
    assert page.status_code == 422
    assert text(page, "#composer-error").startswith("Write an amount such as 2.50")
    assert soup(page).select("#message")[0].text.strip() == "-5"


@pytest.mark.parametrize(
    ("choice", "toast", "status"),
    [
        ("0", "Reply sent. Site builder continues.", Status.PENDING),
        ("2", "Site builder has stopped.", Status.CANCELLED),
    ],
)
def test_it_is_decided_from_the_dashboard_with_one_press(
    choice: str, toast: str, status: Status, as_bob: Client, at_budget: tuple[Session, Question]
) -> None:
    session, asked = at_budget
    card = soup(as_bob.get("/sessions/")).select(f"#card-{session.pk}")[0]
    assert [button.get_text(strip=True) for button in card.select("button")] == [
        "Add $1",
        "Finish now",
        "Stop",
    ]
    assert not card.select("textarea"), "words would decide nothing"
    answer = f"/s/{session.pk}/questions/{asked.pk}/answer/"
    page = as_bob.post(answer, {"choice": choice, "next": "dashboard"}, follow=True)
    assert texts(page, ".toast") == [toast]
    assert Task.objects.get(session=session).status == status


def test_who_only_watches_sees_the_question_and_cannot_decide_it(
    as_vera: Client, as_mallory: Client, at_budget: tuple[Session, Question]
) -> None:
    session, asked = at_budget
    assert "Budget spent" in texts(as_vera.get(f"/s/{session.pk}/"), "[data-k=asked] .b")
    for client in (as_vera, as_mallory):
        answer = f"/s/{session.pk}/questions/{asked.pk}/answer/"
        assert client.post(answer, {"choice": "0"}).status_code == 404
    asked.refresh_from_db()
    assert asked.is_open


def test_a_member_is_told_that_the_budget_of_the_space_is_for_admins(
    as_bob: Client, as_alice: Client, space: Space, make_session: SessionMaker
) -> None:
    space.monthly_budget_usd = Decimal(1)
    space.save()
    session = make_session(status=Status.IN_PROGRESS)
    spend(session, "1.00")
    asked = at(session, Limit.SPACE_BUDGET)
    answer = f"/s/{session.pk}/questions/{asked.pk}/answer/"
    refused = as_bob.post(answer, {"choice": "0"})
    assert refused.status_code == 422
    assert text(refused, "#composer-error").startswith("Only an admin of the space can raise its budget.")
    assert as_alice.post(answer, {"choice": "0"}).status_code == 302
    assert SpendingMonth.objects.get().raised_usd == Decimal(5)


def test_an_expired_task_says_after_how_long(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    Task.objects.get(session=session).move("expire", {"after": "2 h"})
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "[data-k=expired]") == "It ended after 2 h, as was set. What it made is kept."


LIMITS = {"budget_usd": "1.50", "max_duration_seconds": "90", "ttl_seconds": "0.5", "at_limit": "fail"}


def test_an_admin_sets_what_the_tasks_of_an_agent_may_take(
    as_alice: Client, agent: Agent, model: LanguageModel
) -> None:
    assert (
        as_alice.post("/agents/builder/settings/", {**SCOUT, **LIMITS, "ttl_seconds": "48"}).status_code
        == 302
    )
    agent.refresh_from_db()
    assert (agent.budget_usd, agent.max_duration_seconds, agent.ttl_seconds, agent.at_limit) == (
        Decimal("1.50"), 5_400, 172_800, "fail",
    )  # fmt: skip
    page = soup(as_alice.get("/agents/builder/settings/"))
    shown = [page.select(f"#id_{name}")[0]["value"] for name in ("max_duration_seconds", "ttl_seconds")]
    assert shown == ["90", "48"]
    session = open_session(agent, "Do it.", by=agent.created_by)  # type: ignore[arg-type]
    task = session.tasks.get()
    assert (task.budget_usd, task.max_duration_seconds, task.at_limit) == (Decimal("1.50"), 5_400, "fail")
    assert task.expires_at
    assert round((task.expires_at - task.created_at).total_seconds()) == 172_800
    assert claim(task, worker="test")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"budget_usd": "0"}, "budget_usd"),
        ({"budget_usd": "much"}, "budget_usd"),
        ({"max_duration_seconds": "0"}, "max_duration_seconds"),
        ({"ttl_seconds": "0.5"}, "ttl_seconds"),
        ({"ttl_seconds": "NaN"}, "ttl_seconds"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_at_its_field(
    wrong: dict[str, Any], field: str, as_alice: Client, model: LanguageModel
) -> None:
    page = as_alice.post("/agents/new/", {**SCOUT, **wrong})
    assert page.status_code == 422
    assert text(page, f"#id_{field}_error")
    assert soup(page).select(f"#id_{field}")[0]["value"] == wrong[field]


def test_the_details_say_what_a_run_took_of_what_it_may(as_vera: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    within(session, "1.00")
    spend(session, "0.42")
    details = text(as_vera.get(f"/s/{session.pk}/details/"), "#panel .kv")
    assert "$0.42 of $1.00" in details
    assert "0 of 100 steps" in details
    Task.objects.update(unpriced=1)
    details = text(as_vera.get(f"/s/{session.pk}/details/"), "#panel .kv")
    assert "The budget cannot be kept: the price of this model is not known." in details


def test_only_admins_set_the_budget_of_the_space(
    as_alice: Client, as_bob: Client, as_vera: Client, as_mallory: Client, space: Space
) -> None:
    for client in (as_bob, as_vera):
        assert not soup(client.get("/costs/")).select("main form")
        assert client.post("/costs/budget/", {"monthly_budget_usd": "9"}).status_code == 404
    as_mallory.post("/costs/budget/", {"monthly_budget_usd": "9"})
    space.refresh_from_db()
    assert space.monthly_budget_usd is None
    assert as_alice.post("/costs/budget/", {"monthly_budget_usd": "50"})["Location"] == "/costs/"
    SpendingMonth.objects.create(
        space=space, month=month_of(timezone.now()), spent_usd=Decimal(11), raised_usd=Decimal(5)
    )
    assert text(as_vera.get("/costs/"), "section[aria-labelledby=budget-heading] .num") == "$11.00 of $55.00"
    assert "$5.00 of it were added for this month alone." in text(as_bob.get("/costs/"), ".card p")
    refused = as_alice.post("/costs/budget/", {"monthly_budget_usd": "-1"})
    assert (refused.status_code, bool(text(refused, "#id_monthly_budget_usd_error"))) == (422, True)
    as_alice.post("/costs/budget/", {"monthly_budget_usd": ""})
    space.refresh_from_db()
    assert space.monthly_budget_usd is None


def test_the_form_says_where_a_budget_cannot_be_kept(as_alice: Client, model: LanguageModel) -> None:
    note = soup(as_alice.get("/agents/new/?model=demo")).select("#budget-note")[0]
    assert "The price of Demo is not known: a budget cannot be kept with it." in note.get_text()
    assert not note.has_attr("hidden")
    LanguageModel.objects.update(price_in=Decimal(0), price_out=Decimal(0))
    assert soup(as_alice.get("/agents/new/?model=demo")).select("#budget-note")[0].has_attr("hidden")
