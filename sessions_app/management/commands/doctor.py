from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from sessions_app.agents.providers import Providers
from sessions_app.management.bench import build_bench
from sessions_app.models import Connection
from sessions_app.models.sealing import SealBroken
from sessions_app.runners.connections import SEAL_BROKEN, known


class Command(BaseCommand):
    help = "Say whether this machine can run computers, which models were found, and which connections work."

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self._examine())

    async def _examine(self) -> None:
        bench = build_bench()
        for ability in await bench.providers.discover():
            state = "ready" if ability.available else ability.note
            self.stdout.write(f"Model {ability.name}: {state}")
        try:
            async for row in Connection.objects.exclude(space=None).select_related("space").order_by("pk"):
                state = await _state_of(row, bench.providers)
                self.stdout.write(f"Connection {row.label} of {row.space}: {state}")
        except Error:
            self.stdout.write("Connections of spaces: not looked at. The database cannot be read.")
        probe = await bench.computers.probe()
        for check in probe.checks:
            state = "" if check.ok else "missing. "
            mend = f" To mend it: {check.cure}" if check.cure and not check.ok else ""
            self.stdout.write(f"{check.key.capitalize()}: {state}{check.says}{mend}")
        if not probe.ok:
            raise CommandError(f"Computers are off. {probe.reason} {probe.cure}".strip())
        self.stdout.write("Computers: ready. Commands run in a sandbox.")


async def _state_of(row: Connection, providers: Providers) -> str:
    """What a space's own connection comes to now, whatever was found before."""
    try:
        listing = await providers.abilities(known(row))
    except SealBroken:
        return SEAL_BROKEN
    usable = sum(ability.available for ability in listing.models)
    return listing.reason or f"ready, with {usable} of {len(listing.models)} models"
