from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from sessions_app import dispatch
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.models import Session, Status, Task, User, conversation
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to, until
from tests.runners.test_drive import events, told, write_in_computer

pytestmark = pytest.mark.sandbox
Dispatched = Callable[..., Awaitable[Session]]
WAITS = "until test -e go; do sleep 0.1; done; echo gone on"


async def asked_to_pause(session: Session, by: User) -> None:
    await sync_to_async(lambda: dispatch.pause(session.tasks.get(), by=by))()


async def test_a_paused_task_ends_its_command_holds_no_worker_and_goes_on_where_it_was(
    engine: Engine, dispatched: Dispatched, alice: User, computers: LocalComputers
) -> None:
    async with engine([Calls(("bash", {"command": WAITS})), Says("Done.")]) as running:
        session = await dispatched()
        await until(session.events.filter(kind="command_started").exists)
        await asked_to_pause(session, alice)
        assert (await session.tasks.aget()).status == Status.IN_PROGRESS
        await write_in_computer(session, computers, "go")
        task = await comes_to(session, Status.PAUSED)
        await until(lambda: not running._drives)
        assert (await events(session, "command_ended"))[0]["output"] == "gone on\n"
        assert not await task.attempts.filter(ended_at=None).aexists()
        await sync_to_async(conversation.say)(session, "In green.", by=alice)
    async with engine([Says("Done.")]) as restarted:
        assert (await session.tasks.aget()).status == Status.PAUSED, "a restart leaves it paused"
        await sync_to_async(dispatch.resume)(task, by=alice)
        await comes_to(session, Status.COMPLETED)
        (request,) = restarted.server.requests  # type: ignore[attr-defined]
    assert told(request, "user") == ["Do it.", "In green."]
    assert "gone on" in told(request, "tool")[0]


async def test_of_two_calls_of_one_answer_the_second_waits_until_it_goes_on(
    engine: Engine, dispatched: Dispatched, alice: User, computers: LocalComputers
) -> None:
    both = Calls(("bash", {"command": WAITS}, "call_1"), ("bash", {"command": "echo second"}, "call_2"))
    async with engine([both, Says("Done.")]):
        session = await dispatched()
        await until(session.events.filter(kind="command_started").exists)
        await asked_to_pause(session, alice)
        await write_in_computer(session, computers, "go")
        task = await comes_to(session, Status.PAUSED)
        assert len(await events(session, "command_started")) == 1
        await sync_to_async(dispatch.resume)(task, by=alice)
        await comes_to(session, Status.COMPLETED)
    assert [ended["output"] for ended in await events(session, "command_ended")] == ["gone on\n", "second\n"]


async def test_a_last_word_that_comes_while_it_is_about_to_pause_ends_it(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    session = await dispatched()

    def answers_late(body: object) -> Says:
        Task.objects.get(session=session).ask_to_pause(by=alice)
        connection.close()
        return Says("Done.")

    async with engine(answers_late):
        task = await comes_to(session, Status.COMPLETED)
    assert task.pause_asked_at is None
