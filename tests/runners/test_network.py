"""What an agent's computer may reach, and the list of what it did."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from pytest_django import Settings

from sessions_app.computers.client.network import connections
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.models import Agent, Computer, Session, Status
from sessions_app.models.agent import NetworkMode
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to
from tests.runners.test_drive import Dispatched, told

pytestmark = pytest.mark.sandbox
ASK = Calls(
    ("bash", {"command": "curl -sS -m 5 http://169.254.169.254/; curl -sS -m 5 http://example.test/"})
)


async def log_of(session: Session, computers: LocalComputers) -> list[tuple[str, str]]:
    row = await Computer.objects.aget(session=session)
    return [(one.host, one.refusal or one.error) for one in connections(computers.root, row.uuid.hex)]


async def test_what_was_refused_is_listed_with_the_reason_also_while_the_computer_sleeps(
    engine: Engine, dispatched: Dispatched, computers: LocalComputers, as_bob: Client, settings: Settings
) -> None:
    async with engine([ASK, Says("Nothing there.")]):
        session = await dispatched()
        await comes_to(session, Status.COMPLETED)
    await computers.stop((await Computer.objects.aget(session=session)).uuid.hex)
    listed = dict(await log_of(session, computers))
    assert listed["169.254.169.254"] == "169.254.169.254 is not a public address"
    assert "could not be looked up" in listed["example.test"]
    settings.COMPUTERS_DIR = computers.root
    page = await sync_to_async(as_bob.get)(f"/s/{session.pk}/computer/network/")
    assert "169.254.169.254 is not a public address" in page.content.decode()


async def test_an_agent_without_a_network_reaches_nothing(
    engine: Engine, scripted: Agent, dispatched: Dispatched, computers: LocalComputers
) -> None:
    scripted.network = NetworkMode.NONE
    await scripted.asave()
    async with engine([ASK, Says("Nothing there.")]) as running:
        session = await dispatched()
        await comes_to(session, Status.COMPLETED)
        requests = running.server.requests  # type: ignore[attr-defined]
    assert "is not among the hosts that it may reach" in told(requests[-1], "tool")[0]
    assert {reason for _, reason in await log_of(session, computers)} == {
        f"{host} is not among the hosts that it may reach" for host in ("169.254.169.254", "example.test")
    }
    assert "request_network" not in {tool["function"]["name"] for tool in requests[0]["tools"]}
