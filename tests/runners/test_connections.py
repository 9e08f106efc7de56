from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections as databases
from pytest_django import Settings

from sessions_app.agents.providers import Providers
from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from sessions_app.models import Agent, Connection, Event, Space, Status, User, conversation
from sessions_app.runners.connections import SEAL_BROKEN, find
from sessions_app.runners.embedded import Embedded
from sessions_app.runners.lookout import check, look_for_models
from sessions_app.runners.workbench import Workbench
from tests.agents.model_server.script import Calls, Fails, Reply, Says
from tests.agents.model_server.server import serving
from tests.models.test_connection import KEY, connected
from tests.runners.conftest import comes_to
from tests.runners.test_lookout import added, state

NEW_KEY = "sk-harbour-fedcba9876543210"
REPORT = Calls(("report_progress", {"text": "Half of it is done."}))


def between(change: Callable[[Connection], None]) -> Callable[[Any], Reply]:
    """While the model answers the first time, a person changes its connection."""

    def reply(body: dict[str, Any]) -> Reply:
        if body["messages"][-1]["role"] == "tool":
            return Says("Done.")
        row = Connection.objects.get()
        change(row)
        row.save_changed()
        databases.close_all()
        return REPORT

    return reply


async def drives(agent: Agent, alice: User, computers: LocalComputers, folder: Path) -> None:
    """One session of this agent, from its instruction to its end."""
    providers = Providers((), find)
    embedded = Embedded(Workbench(computers, ComputerSpec(), BlobStore(folder), providers), slots=1)
    work = asyncio.create_task(embedded.run())
    try:
        session = await sync_to_async(conversation.open_session)(agent, "Do it.", by=alice)
        await comes_to(session, Status.COMPLETED)
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def test_another_key_is_used_from_the_next_call_on(
    transactional_db: None, agent: Agent, alice: User, computers: LocalComputers, tmp_path: Path
) -> None:
    with serving(between(lambda row: row.put_key(NEW_KEY))) as server:
        await sync_to_async(connected)(agent.space, "den", base_url=server.base_url)
        agent.model = "den:scripted"
        await agent.asave()
        await drives(agent, alice, computers, tmp_path)
        assert server.keys == [f"Bearer {KEY}", f"Bearer {NEW_KEY}"]


async def test_another_address_is_asked_from_the_next_call_on(
    transactional_db: None, agent: Agent, alice: User, computers: LocalComputers, tmp_path: Path
) -> None:
    with serving([Says("Done.")]) as moved:

        def move(row: Connection) -> None:
            row.base_url = moved.base_url

        with serving(between(move)) as first:
            await sync_to_async(connected)(agent.space, "den", base_url=first.base_url)
            agent.model = "den:scripted"
            await agent.asave()
            await drives(agent, alice, computers, tmp_path)
            assert (len(first.requests), len(moved.requests)) == (1, 1)


async def test_a_key_that_was_sealed_elsewhere_is_asked_for_again(
    transactional_db: Any, space: Space, settings: Settings
) -> None:
    with serving(models=[{"id": "one"}]) as server:
        await added(space, server)
        settings.SECRET_KEY = "another installation's"
        await look_for_models(Providers([]))
        assert await state("den") == (False, SEAL_BROKEN)
        with pytest.raises(Exception, match="Enter it again") as broken:
            await find("den", space.pk)
        assert KEY not in str(broken.value)
        assert server.keys == []


async def test_a_space_finds_only_its_own_connection(transactional_db: Any, space: Space) -> None:
    elsewhere = await Space.objects.acreate(name="Elsewhere")
    with serving() as server:
        await added(space, server)
    mine = await find("den", space.pk)
    assert mine
    assert mine.api_key == KEY
    assert KEY not in repr(mine)
    assert await find("den", elsewhere.pk) is None


async def test_the_key_lies_nowhere_in_the_database_or_the_log(
    transactional_db: Any,
    space: Space,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    with serving([Fails(500), Fails(500)], models=[{"id": "one"}]) as server:
        row = await added(space, server)
        await check(row, Providers([]), ask=True)
    assert Connection.objects.db == "default"
    name = settings.DATABASES["default"]["NAME"]
    for path in Path(name).parent.glob(f"{Path(name).name}*"):
        assert KEY.encode() not in path.read_bytes()
    assert KEY not in caplog.text
    assert KEY not in "".join(capfd.readouterr())


async def test_a_server_that_repeats_its_key_shows_it_to_nobody(
    transactional_db: None, agent: Agent, alice: User, computers: LocalComputers, tmp_path: Path
) -> None:
    with serving([Says(f"The header said Bearer {KEY}, and so I am done.")]) as server:
        await sync_to_async(connected)(agent.space, "den", base_url=server.base_url)
        agent.model = "den:scripted"
        await agent.asave()
        await drives(agent, alice, computers, tmp_path)
    written = str([event.payload async for event in Event.objects.all()])
    assert "and so I am done" in written
    assert KEY not in written
