"""A person's terminal over a socket: who may type, and what a slow page is sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from sessions_app.live.terminal_socket import MOST_UNSEEN_BYTES
from sessions_app.models import Computer, Session, User
from tests.conftest import SessionMaker

from .test_computer_socket import looking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sandbox]
OPEN = {"t": "open", "columns": 80, "rows": 24, "offset": 0}


@pytest.fixture
async def session(make_session: SessionMaker, tmp_path: Path) -> AsyncIterator[Session]:
    """One whose computer runs."""
    made = await sync_to_async(make_session)()
    row = await Computer.objects.acreate(session=made, boot="b")
    computers = LocalComputers(tmp_path / "computers")
    computer = await computers.open(row.uuid.hex, ComputerSpec())
    yield made
    await computer.disconnect()
    await computers.discard(row.uuid.hex)


async def shown(page: WebsocketCommunicator, *, quiet: float = 1.0, until: bytes = b"") -> bytes:
    """What the terminal shows until these bytes come, or nothing more for a moment."""
    data = b""
    while not until or until not in data:
        if not until and await page.receive_nothing(timeout=quiet, interval=0.05):
            return data
        data += (await page.receive_output(timeout=10)).get("bytes") or b""
    return data


async def test_a_member_types_and_who_only_watches_does_not(session: Session, bob: User, vera: User) -> None:
    async with looking(session, bob, "terminal") as his, looking(session, vera, "terminal") as hers:
        for page in (his, hers):
            await page.send_json_to(OPEN)
            await shown(page, until=b"$ ")
        await hers.send_json_to({"t": "type", "text": "touch /workspace/forged\n"})
        await his.send_json_to({"t": "type", "text": "ls /workspace | wc -l; echo over | tr a-z A-Z\n"})
        seen = await shown(hers, until=b"OVER")
        assert b"0\r\nOVER" in seen
        for nonsense in ("[]", "{", '{"t": "resize"}', '{"t": "type"}'):
            await his.send_to(text_data=nonsense)
    acts = [event.payload["action"] async for event in session.events.filter(kind="person_acted")]
    assert acts == ["used the terminal"]


async def test_a_page_that_cannot_keep_up_holds_up_the_program(session: Session, bob: User) -> None:
    async with looking(session, bob, "terminal") as page:
        await page.send_json_to(OPEN)
        first = json.loads((await page.receive_output(timeout=10))["text"])
        while "offset" not in first:
            first = json.loads((await page.receive_output(timeout=10))["text"])
        await page.send_json_to({"t": "type", "text": "yes | head -c 3000000; echo over | tr a-z A-Z\n"})
        held = await shown(page)
        assert b"OVER" not in held
        assert len(held) < MOST_UNSEEN_BYTES + 256 * 1024
        total = len(held)
        while b"OVER" not in held[-2000:]:
            await page.send_json_to({"t": "seen", "offset": total})
            more = await shown(page, quiet=0.5)
            assert more
            held, total = held[-100:] + more, total + len(more)
