"""Looking at a computer over a socket: who may, and what of what they send counts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from lightcone_site.asgi import application
from sessions_app import dispatch
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.driver import close_driver
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from sessions_app.models import Computer, Session, Status, User
from tests.computers.shell import new_call, run
from tests.conftest import SessionMaker

from .sockets import headers_of

pytestmark = [pytest.mark.django_db(transaction=True)]

PAGE = b"<title>Pad</title><body style='margin: 0'><textarea style='width: 400px; height: 100px'></textarea>"


@asynccontextmanager
async def looking(
    session: Session, user: User, kind: str = "browser"
) -> AsyncIterator[WebsocketCommunicator]:
    headers = await sync_to_async(headers_of)(user)
    page = WebsocketCommunicator(application, f"/ws/s/{session.pk}/{kind}/", headers=headers)
    assert (await page.connect())[0]
    yield page
    await page.disconnect()


async def heard(page: WebsocketCommunicator, name: str, seconds: float = 15) -> Any:
    """The next news that have this name; pictures are {"picture": bytes}, and said to be drawn."""
    async with asyncio.timeout(seconds):
        while True:
            sent = await page.receive_output(timeout=seconds)
            told = json.loads(sent["text"]) if sent.get("text") else {"picture": sent.get("bytes")}
            if "picture" in told:
                await page.send_json_to({"t": "drawn"})
            if name in told:
                return told[name]


@pytest.fixture
async def pad(make_session: SessionMaker, tmp_path: Path) -> AsyncIterator[tuple[Session, LocalComputer]]:
    """A session whose computer shows a page that can be written on."""
    session = await sync_to_async(make_session)(status=Status.COMPLETED)
    row = await Computer.objects.acreate(session=session, boot="b")
    computers = LocalComputers(tmp_path / "computers")
    computer = await computers.open(row.uuid.hex, ComputerSpec())
    await computer.write_file(new_call(), "index.html", PAGE)
    await run(computer, "(python3 -m http.server 8000 >/dev/null 2>&1 &)")
    await run(computer, "curl -sS --retry 30 --retry-connrefused --retry-delay 1 http://localhost:8000/")
    await (await computer.browser()).open("http://localhost:8000/")
    yield session, computer
    await computer.disconnect()
    await close_driver()
    await computers.discard(row.uuid.hex)


async def text_of(computer: LocalComputer) -> str:
    return (await (await computer.browser()).read()).outline


@pytest.mark.sandbox
@pytest.mark.browser
async def test_who_may_see_the_session_sees_the_page_and_its_address(
    pad: tuple[Session, LocalComputer], vera: User
) -> None:
    session, _ = pad
    async with looking(session, vera) as page:
        assert await heard(page, "state") == "live"
        assert (await heard(page, "url")) == "http://localhost:8000/"
        assert (await heard(page, "picture")).startswith(b"\xff\xd8\xff")
        used, limit = (await heard(page, "usage"))["memory"]
        assert 0 < used < limit == ComputerSpec().limits.memory_mb


@pytest.mark.sandbox
@pytest.mark.browser
async def test_a_page_that_does_not_change_is_sent_once(
    pad: tuple[Session, LocalComputer], bob: User
) -> None:
    session, computer = pad
    async with looking(session, bob) as page:
        await heard(page, "picture")
        await asyncio.sleep(2)
        pictures = 0
        while not page.output_queue.empty():
            pictures += "bytes" in await page.receive_output()
        assert pictures <= 1  # a caret may blink
        await (await computer.browser()).open("http://localhost:8000/?again")
        await heard(page, "picture")


@pytest.mark.sandbox
@pytest.mark.browser
async def test_what_is_sent_counts_only_for_who_has_control(
    pad: tuple[Session, LocalComputer], alice: User, bob: User
) -> None:
    session, computer = pad
    click = {"t": "mouse", "x": 50, "y": 50, "button": 0, "clicks": 1}
    async with looking(session, alice) as hers, looking(session, bob) as his:
        await heard(hers, "picture")
        await heard(his, "picture")
        await sync_to_async(dispatch.take_control)(session, by=alice)
        assert await heard(hers, "mine") is True
        for page, words in ((his, "forged"), (hers, "Grüße")):
            for kind in ("down", "up"):
                await page.send_json_to({**click, "kind": kind})
            await page.send_json_to({"t": "text", "text": words})
        await asyncio.sleep(1)
        shown = await text_of(computer)
        assert "Grüße" in shown
        assert "forged" not in shown
        await sync_to_async(dispatch.hand_back)(session, by=alice)
        assert await heard(hers, "mine") is False
        await hers.send_json_to({"t": "text", "text": "too late"})
        for nonsense in ("[]", "{", '{"t": "mouse"}', '{"t": 1}'):
            await hers.send_to(text_data=nonsense)
        await asyncio.sleep(0.5)
        assert "too late" not in await text_of(computer)
    acts = [event.payload["action"] async for event in session.events.filter(kind="person_acted")]
    assert acts == ["clicked at 50, 50", "typed"]


async def test_a_stranger_finds_nothing(make_session: SessionMaker, mallory: User) -> None:
    session = await sync_to_async(make_session)()
    for kind in ("browser", "desktop", "desktop/news"):
        async with looking(session, mallory, kind) as page:
            closed = await page.receive_output(timeout=5)
            assert (closed["type"], closed["code"]) == ("websocket.close", 4404)


async def test_a_session_without_a_computer_says_so(make_session: SessionMaker, bob: User) -> None:
    session = await sync_to_async(make_session)()
    async with looking(session, bob) as page:
        assert await heard(page, "state") == "none"
        await Computer.objects.acreate(session=session, boot="b")
        assert await heard(page, "state") == "asleep"
