"""What a person did at a computer, as steps: each act once, and a run of the same act as one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from asgiref.sync import sync_to_async

from sessions_app.models import takeover
from sessions_app.models.takeover import Takeover

QUIET_SECONDS = 1.0
RUNS = frozenset({"typed", "scrolled"})


class Acts:
    """Written down after a second of quiet, and as soon as something else is done."""

    def __init__(self) -> None:
        self._last = ""
        self._taken: Takeover | None = None
        self._writing: asyncio.Task[None] | None = None

    async def note(self, taken: Takeover, acts: Iterable[str]) -> None:
        for act in acts:
            if act != self._last or act not in RUNS:
                await self.flush()
            self._taken, self._last = taken, act
            self._write_later()

    async def flush(self) -> None:
        """Write down what is not written yet."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        taken, act, self._last = self._taken, self._last, ""
        if taken is not None and act:
            await sync_to_async(takeover.record)(taken, act)

    def _write_later(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
        self._writing = asyncio.create_task(self._after_quiet())

    async def _after_quiet(self) -> None:
        await asyncio.sleep(QUIET_SECONDS)
        self._writing = None
        await self.flush()
