from __future__ import annotations

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from sessions_app import dispatch
from sessions_app.models import Session, Status, User
from sessions_app.runners import rescue
from sessions_app.runners.recall import FORKED, WENT_BACK
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to, until
from tests.runners.test_drive import Dispatched, events, told

pytestmark = pytest.mark.sandbox


def call(command: str) -> Calls:
    return Calls(("bash", {"command": command}, f"call_{uuid.uuid4().hex}"))


def step_of(session: Session, command: str) -> int:
    return session.events.filter(kind="command_started", payload__command=command).latest("seq").seq


async def test_a_run_is_stopped_and_goes_on_from_an_earlier_step_with_the_files_as_they_are(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    slow = "echo two > note; echo written; sleep 60"
    script = [call("echo one > note"), call(slow), call("cat note"), Says("Done.")]
    async with engine(script) as running:
        dispatch.use(running)
        try:
            session = await dispatched()
            await until(lambda: session.tails.filter(text__contains="written").exists())
            seq = await sync_to_async(step_of)(session, slow)
            again: Any = sync_to_async(dispatch.go_again)
            await again(session, seq, "Only look at it.", by=alice, key=uuid.uuid4())
            await until(lambda: session.tasks.filter(number=2).exists())
            await comes_to(session, Status.COMPLETED)
        finally:
            dispatch.use(None)
        request = running.server.requests[2]  # type: ignore[attr-defined]
    assert told(request, "user") == ["Do it.", WENT_BACK, "Only look at it."]
    assert len(told(request, "tool")) == 1, "what came after it is not remembered"
    assert (await events(session, "command_ended"))[-1]["output"] == "two\n"
    assert [task.status async for task in session.tasks.order_by("number")] == ["cancelled", "completed"]


async def test_the_wish_to_go_back_outlives_the_worker_that_was_to_obey_it(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    async with engine([call("sleep 60")]):
        session = await dispatched()
        await until(session.events.filter(kind="command_started").exists)
    # The server is gone; as if it had been killed, its task is still under way.
    task = await session.tasks.aget()
    assert task.status == Status.PENDING
    await sync_to_async(lambda: task.move("start", {"attempt": 9, "worker": "dead"}))()
    await sync_to_async(dispatch.go_again)(session, 1, "Say hello.", by=alice, key=uuid.uuid4())
    await sync_to_async(rescue.recover_all)()
    async with engine([Says("Hello.")]) as running:
        await until(lambda: session.tasks.filter(number=2, status=Status.COMPLETED).exists())
        assert told(running.server.requests[0], "user") == [WENT_BACK, "Say hello."]  # type: ignore[attr-defined]


async def test_a_fork_begins_with_a_copy_of_the_files_and_leaves_the_others_alone(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    script = [
        call("echo one > note"), Says("Done."),
        call("cat note; echo mine > note"), Says("Forked."), call("cat note"), Says("Done."),
    ]  # fmt: skip
    async with engine(script) as running:
        session = await dispatched("Write a note.")
        await comes_to(session, Status.COMPLETED)
        said = await session.events.aget(kind="said")
        forked = await sync_to_async(dispatch.fork)(session, said.seq, "Read it.", by=alice, key=uuid.uuid4())
        await comes_to(forked, Status.COMPLETED)
        await sync_to_async(dispatch.say)(session, "Read it.", by=alice)
        await until(lambda: session.tasks.filter(number=2, status=Status.COMPLETED).exists())
        request = running.server.requests[2]  # type: ignore[attr-defined]
    assert told(request, "user") == ["Write a note.", FORKED, "Read it."]
    assert (await events(forked, "command_ended"))[0]["output"] == "one\n"
    assert (await events(session, "command_ended"))[1]["output"] == "one\n"


async def test_a_call_id_that_was_used_before_going_back_names_another_call_afterwards(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    """The computer would take it for the same command: it would not run, and seem to have."""
    first, second = (Calls(("bash", {"command": f"echo {word}"}, "call_0")) for word in ("one", "two"))
    async with engine([first, Says("Done."), second, Says("Done.")]):
        session = await dispatched()
        await comes_to(session, Status.COMPLETED)
        again: Any = sync_to_async(dispatch.go_again)
        await again(session, 1, "Say two.", by=alice, key=uuid.uuid4())
        await until(lambda: session.tasks.filter(number=2, status=Status.COMPLETED).exists())
    ended = await events(session, "command_ended")
    assert [event["output"] for event in ended] == ["one\n", "two\n"]
