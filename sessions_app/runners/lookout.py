"""Keeps true what pages say of models: everything every minute, and at once what somebody asks about."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog
from asgiref.sync import sync_to_async
from django.db import Error
from django.db import connection as database

from sessions_app.agents.connections import Connection as Known
from sessions_app.agents.demo.ability import DEMO_ABILITY
from sessions_app.agents.providers import Providers
from sessions_app.agents.servers.listing import Listing
from sessions_app.agents.trial import Trial
from sessions_app.models import Connection
from sessions_app.models.sealing import SealBroken

from . import model_rows
from .connections import SEAL_BROKEN, address_shown, known

log = structlog.get_logger(__name__)

ALL_EVERY_SECONDS = 60
ASKED_EVERY_SECONDS = 1

Result = TypeVar("Result")


class Lookout:
    def __init__(self, providers: Providers) -> None:
        self._providers = providers
        self._testing: set[int] = set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_looking())
            while True:
                for row in await noted(_asked()) or ():
                    if row.pk not in self._testing:
                        self._testing.add(row.pk)
                        group.create_task(self._test(row))
                await asyncio.sleep(ASKED_EVERY_SECONDS)

    async def _keep_looking(self) -> None:
        while True:
            await noted(look_for_models(self._providers))
            await asyncio.sleep(ALL_EVERY_SECONDS)

    async def _test(self, row: Connection) -> None:
        try:
            if not await _went_well(check(row, self._providers, ask=True), row.slug):
                await noted(_not_checked(row))
        finally:
            self._testing.discard(row.pk)


async def look_for_models(providers: Providers) -> None:
    """List the models of every connection, those that the environment names and those of all spaces."""
    await sync_to_async(model_rows.note_built_in)(DEMO_ABILITY)
    await Connection.objects.filter(space=None).exclude(slug__in=providers.fixed).adelete()
    rows = [row async for row in Connection.objects.exclude(space=None)]
    await asyncio.gather(
        *(_went_well(_look_at_fixed(one, providers), one.slug) for one in providers.fixed.values()),
        *(_went_well(check(row, providers), row.slug) for row in rows),
    )


async def check(row: Connection, providers: Providers, *, ask: bool = False) -> None:
    """List the models of a connection; with `ask`, also ask one of them something."""
    try:
        connection = providers.fixed.get(row.slug) if row.from_environment else known(row)
    except SealBroken:
        await sync_to_async(model_rows.note_listing)(row, Listing(reason=SEAL_BROKEN))
        return await sync_to_async(model_rows.note_test)(row, Trial(False, SEAL_BROKEN))
    if connection is None:
        return None
    await sync_to_async(model_rows.note_listing)(row, await providers.abilities(connection))
    if ask:
        await sync_to_async(model_rows.note_test)(row, await providers.test(connection))
    return None


async def _look_at_fixed(connection: Known, providers: Providers) -> None:
    """Keeps the row that stands for it. No Ollama where nobody said that one runs is nothing to mention."""
    listing = await providers.abilities(connection)
    shown = {
        "provider": connection.provider,
        "label": connection.label,
        "base_url": address_shown(connection.base_url),
        "offered": list(connection.models),
    }
    row = await Connection.objects.filter(space=None, slug=connection.slug).afirst()
    unasked = connection.provider == "ollama" and not connection.base_url
    if listing.reason and unasked and not (row and await sync_to_async(model_rows.in_use)(row)):
        await Connection.objects.filter(space=None, slug=connection.slug).adelete()
        return
    row, _ = await Connection.objects.aupdate_or_create(space=None, slug=connection.slug, defaults=shown)
    await sync_to_async(model_rows.note_listing)(row, listing)


@sync_to_async
def _asked() -> list[Connection]:
    return list(Connection.objects.exclude(test_asked_at=None))


async def _went_well(work: Coroutine[Any, Any, None], slug: str) -> bool:
    """What breaks at one connection is in the log, and stops neither the others nor the server."""
    try:
        await work
    except Exception:
        log.exception("connection_not_checked", connection=slug)
        await sync_to_async(database.close_if_unusable_or_obsolete)()
        return False
    return True


async def _not_checked(row: Connection) -> None:
    """The wish is answered all the same: it is not tried again and again."""
    words = "It could not be tested: something broke here. The log of the server says what."
    await sync_to_async(model_rows.note_test)(row, Trial(False, words))


async def noted(finding_out: Coroutine[Any, Any, Result]) -> Result | None:
    """None when the database is away, busy or full: that is no reason to stop serving pages."""
    try:
        return await finding_out
    except Error:
        log.warning("not_noted", exc_info=True)
        await sync_to_async(database.close_if_unusable_or_obsolete)()
        return None
