from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from sessions_app import dispatch
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.models import LanguageModel, Status, Task, User
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to, until
from tests.runners.test_drive import Dispatched, told, write_in_computer

pytestmark = pytest.mark.sandbox
WAITS = Calls(("bash", {"command": "until test -e go; do sleep 0.1; done; echo gone on"}))
LEVELS = [{"value": "low", "label": "Low", "hint": ""}, {"value": "high", "label": "High", "hint": ""}]


async def test_a_task_under_way_thinks_with_what_was_chosen_and_forgets_nothing(
    engine: Engine, dispatched: Dispatched, alice: User, computers: LocalComputers
) -> None:
    for name in ("scripted", "other"):
        row: dict[str, Any] = {"label": name, "provider": "OpenAI", "efforts": LEVELS}
        await LanguageModel.objects.acreate(name=f"openai:{name}", **row)
    async with engine([WAITS, Says("Done.")], efforts=("low", "high")) as running:
        session = await dispatched()
        await until(session.events.filter(kind="command_started").exists)
        task = await Task.objects.select_related("session").aget(session=session)
        await sync_to_async(dispatch.steer)(task, model="openai:other", effort="high", by=alice)
        await write_in_computer(session, computers, "go")
        task = await comes_to(session, Status.COMPLETED)
        first, second = running.server.requests  # type: ignore[attr-defined]
    assert (first["model"], second["model"]) == ("scripted", "other")
    assert "gone on" in told(second, "tool")[0]
    assert (task.model, await task.attempts.acount()) == ("openai:other", 1)
