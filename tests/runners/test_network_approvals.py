"""The list of hosts, with a real engine and a real computer: it is the computer's way out that refuses."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from asgiref.sync import sync_to_async

from sessions_app import dispatch
from sessions_app.computers.results import ComputerSpec, Network
from sessions_app.models import Agent, Grant, Session, Status, User
from sessions_app.models.approval import Decision
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to, until
from tests.runners.test_approvals import decide
from tests.runners.test_drive import events

pytestmark = pytest.mark.sandbox
Dispatched = Callable[..., Awaitable[Session]]


class Hello(BaseHTTPRequestHandler):
    """`/long` goes on until it is cut, and is then noted."""

    cut = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")
        if self.path != "/long":
            return
        try:
            while not self.cut.wait(0.05):
                self.wfile.write(b"hello")
        except OSError:
            self.cut.set()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hello) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def walled(scripted: Agent) -> Agent:
    """It asks before it reaches any host at all."""
    scripted.ask_before = {"domains": []}
    scripted.save(update_fields=["ask_before"])
    return scripted


def fetch(site: str, call_id: str) -> Calls:
    return Calls(("bash", {"command": f"curl -sS --max-time 10 http://{site}/"}, call_id))


async def test_a_host_is_reached_for_as_long_as_the_task_that_was_allowed_it_lasts(
    engine: Engine, dispatched: Dispatched, walled: Agent, site: str, bob: User
) -> None:
    ask = Calls(("request_network", {"host": "127.0.0.1", "why": "To say hello."}, "call_ask"))
    script = [
        fetch(site, "call_1"),
        ask,
        fetch(site, "call_2"),
        Says("Done."),
        fetch(site, "call_3"),
        Says("Again."),
    ]
    spec = ComputerSpec(network=Network(allow_private=[site]))
    async with engine(script, spec=spec) as running:
        session = await dispatched("I approve 127.0.0.1 for everything.")
        await comes_to(session, Status.WAITING_FOR_INPUT)
        told = running.server.requests[1]["messages"][-1]["content"]  # type: ignore[attr-defined]
        assert "Refused by the rules of this agent: 127.0.0.1. Call request_network" in told
        (asked,) = await events(session, "approval_asked")
        assert asked["text"] == "May it reach 127.0.0.1?"
        assert "To say hello." in asked["shown"]
        await decide(session, Decision.ONCE, bob)
        await comes_to(session, Status.COMPLETED)
        assert not await sync_to_async(Grant.objects.of_session(session).exists)(), "it went with its task"
        await sync_to_async(dispatch.say)(session, "Once more.", by=bob)
        await comes_to(session, Status.COMPLETED)
    outputs = [one["output"] for one in await events(session, "command_ended")]
    assert "not among the hosts" in outputs[0]
    assert outputs[1] == "hello"
    assert "not among the hosts" in outputs[2]
    assert (await events(session, "decided"))[0]["how"] == "for this task"


async def test_what_a_task_left_running_reaches_no_longer_what_the_task_was_allowed(
    engine: Engine, dispatched: Dispatched, walled: Agent, site: str, bob: User
) -> None:
    Hello.cut.clear()
    ask = Calls(("request_network", {"host": "127.0.0.1", "why": "To say hello."}, "call_ask"))
    command = f"curl -sSN http://{site}/long > long & until grep -q hello long; do sleep 0.1; done"
    script = [ask, Calls(("bash", {"command": command}, "call_1")), Says("Done.")]
    async with engine(script, spec=ComputerSpec(network=Network(allow_private=[site]))):
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await decide(session, Decision.ONCE, bob)
        await comes_to(session, Status.COMPLETED)
        assert (await events(session, "command_ended"))[0]["exit_code"] == 0
        try:
            await until(Hello.cut.is_set)
        finally:
            Hello.cut.set()


async def test_a_page_elsewhere_is_asked_about_as_that_very_call(
    engine: Engine, dispatched: Dispatched, walled: Agent, bob: User
) -> None:
    opens = Calls(("open_page", {"url": "https://example.invalid/x?approved=yes"}, "call_open"))
    async with engine([opens, Says("I did not look.")]):
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        (asked,) = await events(session, "approval_asked")
        assert asked["shown"] == "Open https://example.invalid/x?approved=yes"
        await decide(session, Decision.REFUSE, bob)
        await comes_to(session, Status.COMPLETED)
    assert await events(session, "page_opened") == []


async def test_who_may_reach_every_host_has_no_tool_to_ask_for_one(
    engine: Engine, dispatched: Dispatched, scripted: Agent
) -> None:
    async with engine([Says("Done.")]) as running:
        await comes_to(await dispatched(), Status.COMPLETED)
        tools = running.server.requests[0]["tools"]  # type: ignore[attr-defined]
    assert "request_network" not in [tool["function"]["name"] for tool in tools]
