from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions_app.management.bench import build_bench


class Command(BaseCommand):
    help = "Say whether this machine can run computers and which models were found."

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self._examine())

    async def _examine(self) -> None:
        bench = build_bench()
        for ability in await bench.providers.discover():
            state = "ready" if ability.available else ability.note
            self.stdout.write(f"Model {ability.name}: {state}")
        probe = await bench.computers.probe()
        for note in probe.notes:
            self.stdout.write(note)
        if not probe.ok:
            raise CommandError(f"Computers are off. {probe.reason} {probe.cure}".strip())
        self.stdout.write("Computers: ready. Commands run in a sandbox.")
