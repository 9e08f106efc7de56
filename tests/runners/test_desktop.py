"""An agent with a desktop sees its screen and works there; one with a browser has no such tool."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.models import Agent, Computer, ComputerKind, Status
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to
from tests.runners.test_drive import Dispatched, told

pytestmark = pytest.mark.sandbox
OPEN_EDITOR = {"command": "touch note.txt; (mousepad note.txt >/dev/null 2>&1 &); sleep 6"}


def offered(request: dict[str, Any]) -> set[str]:
    return {tool["function"]["name"] for tool in request["tools"]}


async def test_an_agent_writes_a_file_in_the_editor_of_its_desktop(
    engine: Engine, scripted: Agent, dispatched: Dispatched, computers: LocalComputers, tmp_path: Any
) -> None:
    scripted.computer_kind = ComputerKind.DESKTOP
    await scripted.asave()
    script = [
        Calls(("bash", OPEN_EDITOR)),
        Calls(("use_screen", {"action": "click", "x": 640, "y": 300})),
        Calls(("use_screen", {"action": "type", "text": "Grüße 🛒"})),
        Calls(("use_screen", {"action": "hotkey", "keys": ["Control", "s"]})),
        Calls(("bash", {"command": "sleep 1; cat note.txt"})),
        Says("Written."),
    ]
    async with engine(script) as running:
        session = await dispatched()
        await comes_to(session, Status.COMPLETED)
        requests = running.server.requests  # type: ignore[attr-defined]
    assert "Grüße 🛒" in told(requests[-1], "tool")[-1]
    assert "use_screen" in offered(requests[0])
    assert (await Computer.objects.aget(session=session)).kind == ComputerKind.DESKTOP
    clicked = await session.events.filter(kind="screen_acted").afirst()
    assert clicked is not None
    assert (clicked.payload["action"], clicked.payload["x"]) == ("clicked at 640, 300", 640)
    shown = await session.events.filter(kind="screen_shown").alast()
    assert shown is not None
    picture = BlobStore(tmp_path / "blobs").read(shown.payload["screenshot"])
    assert Image.open(io.BytesIO(picture)).size == (1280, 720)


async def test_an_agent_with_a_browser_is_offered_no_screen(engine: Engine, dispatched: Dispatched) -> None:
    async with engine([Says("Hello.")]) as running:
        session = await dispatched()
        await comes_to(session, Status.COMPLETED)
        assert "use_screen" not in offered(running.server.requests[0])  # type: ignore[attr-defined]


async def test_mouse_and_keyboard_wait_for_approval_where_the_agent_is_to_ask(
    engine: Engine, scripted: Agent, dispatched: Dispatched
) -> None:
    scripted.computer_kind, scripted.ask_before = ComputerKind.DESKTOP, {"screen": True}
    await scripted.asave()
    async with engine([Calls(("use_screen", {"action": "type", "text": "rm -rf"}))]):
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
    asked = await session.questions.afirst()
    assert asked is not None
    assert "On the desktop: typed “rm -rf”" in asked.approval["shown"]
    assert not await session.events.filter(kind="screen_acted").aexists()
