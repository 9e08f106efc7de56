from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from sessions_app.models import Session, Status, attempt
from tests.agents.model_server.script import Says
from tests.runners.conftest import Engine, comes_to

pytestmark = pytest.mark.sandbox
Dispatched = Callable[..., Awaitable[Session]]


@sync_to_async
def refuse_writes(refuse: bool) -> None:
    """The database itself then answers every write of the engine with an error, as on a full disk."""
    switch = "PRAGMA query_only" if connection.vendor == "sqlite" else "SET default_transaction_read_only"
    with connection.cursor() as cursor:
        cursor.execute(f"{switch} = {'on' if refuse else 'off'}")


async def test_a_database_that_takes_no_writes_for_a_while_delays_the_work_and_no_more(
    engine: Engine, dispatched: Dispatched
) -> None:
    left_running, queued = await dispatched("First."), await dispatched("Second.")
    task = await left_running.tasks.select_related("session").aget()
    assert await sync_to_async(attempt.claim)(task, worker="gone")
    await refuse_writes(True)
    try:
        async with engine(lambda body: Says("Done.")):
            await asyncio.sleep(3)  # longer than the engine waits between two looks
            assert (await queued.tasks.aget()).status == Status.PENDING
            await refuse_writes(False)
            await comes_to(left_running, Status.COMPLETED)
            await comes_to(queued, Status.COMPLETED)
    finally:
        await refuse_writes(False)


async def test_an_engine_that_is_stopped_just_as_it_is_woken_stops(engine: Engine) -> None:
    async with asyncio.timeout(20) as patience, engine() as running:
        await asyncio.sleep(1)  # by now it has looked, and waits
        running.start(0)
        await asyncio.sleep(0)
    assert not patience.expired()
