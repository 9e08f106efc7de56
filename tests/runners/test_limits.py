"""Limits of a task, with real models over HTTP: what is asked, and what becomes of the answer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from sessions_app import dispatch
from sessions_app.agents.endings import RanOut
from sessions_app.models import (
    Agent,
    AtLimit,
    Fenced,
    ModelCall,
    Question,
    Session,
    Status,
    Task,
    User,
    at_limit,
)
from sessions_app.runners import endings
from sessions_app.runners.holding import Holding
from tests.agents.model_server.script import Body, Calls, Says
from tests.runners.conftest import Engine, comes_to, until
from tests.runners.test_drive import Dispatched, events, told
from tests.runners.test_endings import holding

__all__ = ["holding"]  # a fixture

ALLOW, FINISH, STOP = [0], [1], [2]
PROGRESS = ("report_progress", {"text": "Half way."})
Limited = Callable[..., Any]


def costing(usd: str) -> dict[str, Any]:
    """Usage as a server tells it that says its own price."""
    tokens = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    return {**tokens, "logfire_ai_gateway": {"cost": usd}}


@pytest.fixture
def limited(scripted: Agent) -> Limited:
    async def limit(**limits: Any) -> None:
        for name, value in limits.items():
            setattr(scripted, name, value)
        await scripted.asave()

    return limit


async def decide(session: Session, chosen: list[int], by: User, note: str = "") -> None:
    asked = await Question.objects.select_related("session", "task__session").aget(
        session=session, closed_at=None
    )
    await sync_to_async(at_limit.decide)(asked, chosen, note, by=by)


async def test_at_its_budget_a_task_asks_and_goes_on_with_what_is_added(
    engine: Engine, dispatched: Dispatched, limited: Limited, alice: User
) -> None:
    await limited(budget_usd=Decimal("0.50"))
    script = [Calls(PROGRESS, usage=costing("0.60")), Says("Done.", usage=costing("0.10"))]
    async with engine(script) as running:
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        assert len(running.server.requests) == 1  # type: ignore[attr-defined]
        (asked,) = await events(session, "asked")
        assert asked["text"].startswith("The budget of this task is spent: $0.60 of $0.50, in 1 step.")
        await decide(session, ALLOW, alice)
        task = await comes_to(session, Status.COMPLETED)
    assert (task.budget_usd, task.spent_usd) == (Decimal("1.60"), Decimal("0.70"))
    said = told(running.server.requests[1], "user")  # type: ignore[attr-defined]
    assert said == ["Do it."], "the decision is no word to the model"


async def test_told_to_finish_a_task_ends_with_one_answer_and_no_tools(
    engine: Engine, dispatched: Dispatched, limited: Limited, alice: User
) -> None:
    await limited(budget_usd=Decimal("0.50"))
    last = Calls(PROGRESS, text="Half of it is done. Shall I go on?", usage=costing("0.10"))
    async with engine([Calls(PROGRESS, usage=costing("0.60")), last]) as running:
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await decide(session, FINISH, alice)
        task = await comes_to(session, Status.COMPLETED)
        request = running.server.requests[1]  # type: ignore[attr-defined]
    assert told(request, "user")[-1].startswith("Finish now. This is your last answer")
    assert request["tool_choice"] == "none"
    assert len(running.server.requests) == 2  # type: ignore[attr-defined]
    assert (task.actions, task.spent_usd) == (1, Decimal("0.70"))
    assert (await events(session, "said"))[-1]["text"] == "Half of it is done. Shall I go on?"


async def test_the_next_task_has_its_tools_again(
    engine: Engine, dispatched: Dispatched, limited: Limited, alice: User
) -> None:
    await limited(max_steps=1)
    script = [Calls(PROGRESS), Says("Half."), Calls(PROGRESS), Says("All.")]
    async with engine(script) as running:
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await decide(session, FINISH, alice)
        await comes_to(session, Status.COMPLETED)
        await limited(max_steps=9)
        await sync_to_async(dispatch.say)(session, "Go on.", by=alice)
        await until(lambda: session.tasks.filter(number=2, status=Status.COMPLETED).exists())
        assert running.server.requests[2]["tool_choice"] == "auto"  # type: ignore[attr-defined]
    assert (await session.tasks.aget(number=2)).actions == 1


async def test_at_its_last_step_a_task_asks_and_goes_on_where_it_was(
    engine: Engine, dispatched: Dispatched, limited: Limited, alice: User
) -> None:
    await limited(max_steps=2)
    three = Calls((*PROGRESS, "a"), (*PROGRESS, "b"), (*PROGRESS, "c"))
    async with engine([three, Says("Done.")]) as running:
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        (asked,) = await events(session, "asked")
        assert asked["text"] == "This task has taken 2 steps, as many as it may."
        await decide(session, ALLOW, alice)
        task = await comes_to(session, Status.COMPLETED)
        results = told(running.server.requests[1], "tool")  # type: ignore[attr-defined]
    assert (task.actions, task.max_steps, len(results)) == (3, 4, 3)


async def test_stopped_at_a_limit_it_is_cancelled_and_no_model_is_asked_again(
    engine: Engine, dispatched: Dispatched, limited: Limited, alice: User
) -> None:
    await limited(max_steps=1)
    async with engine([Calls(PROGRESS)]) as running:
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await decide(session, STOP, alice)
        await comes_to(session, Status.CANCELLED)
    assert len(running.server.requests) == 1  # type: ignore[attr-defined]


async def test_where_nobody_shall_be_asked_it_fails_and_says_why(
    engine: Engine, dispatched: Dispatched, limited: Limited
) -> None:
    await limited(budget_usd=Decimal("0.50"), at_limit=AtLimit.FAIL)
    async with engine([Calls(PROGRESS, usage=costing("0.60"))]):
        task = await comes_to(await dispatched(), Status.FAILED)
    assert task.failure.startswith("The budget of this task is spent: $0.60 of $0.50")
    assert not await Question.objects.aexists()


async def test_a_last_word_is_said_even_where_it_took_all_of_the_budget(
    engine: Engine, dispatched: Dispatched, limited: Limited
) -> None:
    await limited(budget_usd=Decimal("0.50"))
    async with engine([Says("Done.", usage=costing("9.00"))]):
        task = await comes_to(await dispatched(), Status.COMPLETED)
    assert task.spent_usd == Decimal(9)


async def test_a_budget_cannot_hold_what_nobody_knows_the_price_of(
    engine: Engine, dispatched: Dispatched, limited: Limited
) -> None:
    await limited(budget_usd=Decimal("0.01"))
    async with engine([Calls(PROGRESS), Says("Done.")]):
        task = await comes_to(await dispatched(), Status.COMPLETED)
    assert (task.unpriced, task.spent_usd) == (2, Decimal(0))


async def test_two_sessions_spend_from_the_budget_of_their_space(
    engine: Engine, dispatched: Dispatched, scripted: Agent, alice: User
) -> None:
    scripted.space.monthly_budget_usd = Decimal("0.50")
    await scripted.space.asave()

    def script(body: Body) -> Calls | Says:
        done = told(body, "tool")
        return Says("Done.", usage=costing("0.30")) if done else Calls(PROGRESS, usage=costing("0.30"))

    async with engine(script):
        first, second = await dispatched("First."), await dispatched("Second.")
        await comes_to(first, Status.WAITING_FOR_INPUT)
        await comes_to(second, Status.WAITING_FOR_INPUT)
        assert await ModelCall.objects.acount() <= 3
        await decide(first, ALLOW, alice)
        await comes_to(first, Status.COMPLETED)
        await comes_to(second, Status.COMPLETED)  # it is asked nothing more
    assert (await events(second, "answered"))[0]["by_budget"]


def test_a_worker_that_comes_to_a_limit_again_finds_it_asked_once(holding: Holding) -> None:
    assert async_to_sync(endings.ran_out)(holding, RanOut("steps"))
    with pytest.raises(Fenced):
        async_to_sync(endings.ran_out)(holding, RanOut("steps"))
    assert holding.session.questions.count() == 1
    assert Task.objects.get().status == Status.WAITING_FOR_INPUT


def test_a_task_that_was_asked_to_stop_is_not_asked_about_at_its_limit(holding: Holding, alice: User) -> None:
    holding.task.ask_to_stop(by=alice)
    assert not async_to_sync(endings.ran_out)(holding, RanOut("steps"))
    assert not holding.session.questions.exists()


@pytest.mark.sandbox
async def test_a_command_gets_no_more_than_what_is_left_of_the_time(
    engine: Engine, dispatched: Dispatched, limited: Limited, alice: User
) -> None:
    await limited(max_duration_seconds=4)
    async with engine([Calls(("bash", {"command": "echo begun; sleep 60"})), Says("Done.")]):
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        (ended,) = await events(session, "command_ended")
        assert (ended["reason"], ended["output"]) == ("timed_out", "begun\n")
        assert (await events(session, "asked"))[0]["text"].endswith("as long as it may.")
        await decide(session, ALLOW, alice)
        await comes_to(session, Status.COMPLETED)
