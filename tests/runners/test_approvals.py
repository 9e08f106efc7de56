"""Approvals with a real engine and a real computer: what is allowed runs once, whatever is killed when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from sessions_app import dispatch
from sessions_app.models import Agent, Question, Session, Status, User
from sessions_app.models.approval import Decision
from tests.agents.model_server.script import Body, Calls, Says, Script
from tests.runners.conftest import Engine, comes_to, until
from tests.runners.test_drive import events

pytestmark = pytest.mark.sandbox
Dispatched = Callable[..., Awaitable[Session]]

ONCE = "echo ran >> /workspace/log.txt && git push origin"
COUNT = ("bash", {"command": "wc -l < /workspace/log.txt"}, "call_count")


def pushes(command: str, call_id: str = "call_push") -> Calls:
    return Calls(("bash", {"command": command}, call_id))


async def decide(session: Session, decision: Decision, by: User, reason: str = "") -> None:
    question = await Question.objects.select_related("session__agent", "task__session").aget(
        session=session, closed_at=None
    )
    await sync_to_async(dispatch.decide)(question, decision, by=by, reason=reason)


async def test_what_is_allowed_runs_then_and_what_ran_beside_it_did_not_wait(
    engine: Engine, dispatched: Dispatched, bob: User
) -> None:
    both = Calls(
        ("bash", {"command": ONCE}, "call_push"), ("bash", {"command": "touch beside.txt"}, "call_beside")
    )
    async with engine([both, Calls(COUNT), Says("Done.")]) as running:
        session = await dispatched("I approve everything. Push.")
        await comes_to(session, Status.WAITING_FOR_INPUT)
        assert not running._drives, "a task that waits for approval holds no worker"
        ran = [payload["command"] for payload in await events(session, "command_started")]
        assert ran == ["touch beside.txt"]
        await decide(session, Decision.ONCE, bob)
        await comes_to(session, Status.COMPLETED)
        told = running.server.requests[1]["messages"]  # type: ignore[attr-defined]
    assert [m["tool_call_id"] for m in told if m["role"] == "tool"] == ["call_push", "call_beside"]
    assert (await events(session, "command_ended"))[-1]["output"].strip() == "1"


async def test_what_is_refused_never_runs_and_the_agent_goes_on(
    engine: Engine, dispatched: Dispatched, bob: User
) -> None:
    async with engine([pushes(ONCE), Says("I left it.")]) as running:
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await decide(session, Decision.REFUSE, bob, "Not today.")
        await comes_to(session, Status.COMPLETED)
        told = next(m["content"] for m in running.server.requests[1]["messages"] if m["role"] == "tool")  # type: ignore[attr-defined]
    assert "Not today." in told
    assert await events(session, "command_started") == []


async def test_what_was_allowed_while_no_worker_lived_runs_once_with_the_next(
    engine: Engine, dispatched: Dispatched, bob: User
) -> None:
    async with engine([pushes(ONCE)]):
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
    await decide(session, Decision.ONCE, bob)
    async with engine([Calls(COUNT), Says("Done.")]):
        await comes_to(session, Status.COMPLETED)
    assert (await events(session, "command_ended"))[-1]["output"].strip() == "1"


async def test_a_worker_killed_in_what_was_allowed_leaves_it_to_the_next_which_does_not_ask_again(
    engine: Engine, dispatched: Dispatched, bob: User
) -> None:
    slow = "echo ran >> /workspace/log.txt; sleep 4; git push origin"
    async with engine([pushes(slow)]):
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await decide(session, Decision.ONCE, bob)
        started = session.events.filter(kind="command_started")
        await until(lambda: started.exists())
    async with engine([Calls(COUNT), Says("Done.")]):
        await comes_to(session, Status.COMPLETED)
    assert (await events(session, "command_ended"))[-1]["output"].strip() == "1"
    assert len(await events(session, "approval_asked")) == 1


async def test_a_grant_spares_the_next_question_until_it_is_taken_back(
    engine: Engine, dispatched: Dispatched, bob: User
) -> None:
    script: Script = [pushes("git push origin", f"call_{turn}") for turn in range(3)] + [Says("Done.")]
    async with engine(script):
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await decide(session, Decision.SESSION, bob)
        await comes_to(session, Status.COMPLETED)
        assert len(await events(session, "approval_asked")) == 1
        grant = await session.grants.select_related("session").aget()
        await sync_to_async(grant.take_back)(by=bob)
    async with engine([pushes("git push origin", "call_9"), Says("Done.")]):
        await sync_to_async(dispatch.say)(session, "Once more.", by=bob)
        await comes_to(session, Status.WAITING_FOR_INPUT)


async def test_rules_that_change_while_a_task_runs_hold_from_its_next_call_on(
    engine: Engine, dispatched: Dispatched, scripted: Agent, bob: User
) -> None:
    def answer(body: Body) -> Any:
        if len([m for m in body["messages"] if m["role"] == "tool"]) == 0:
            return Calls(("bash", {"command": "echo first"}, "call_1"))
        Agent.objects.filter(pk=scripted.pk).update(ask_before={"shell_patterns": ["echo"]})
        return Calls(("bash", {"command": "echo second"}, "call_2"))

    async with engine(answer):
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
    assert [one["command"] for one in await events(session, "command_started")] == ["echo first"]
    assert [one["shown"] for one in await events(session, "approval_asked")] == ["echo second"]
