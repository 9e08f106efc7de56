from __future__ import annotations

import asyncio
import contextlib
import logging

from asgiref.sync import sync_to_async
from django.db import Error, connection

HEAL_SECONDS = 2.0  # a bell that nobody heard is made good after this long

log = logging.getLogger(__name__)


class LookBroke(Exception):
    """What was looked at could not be drawn. Its viewers are sent away, and come back by themselves."""


class Looker:
    """Looks whenever it is woken and at least every two seconds, and lets others wait for each look."""

    def __init__(self, name: str, *, gap_seconds: float) -> None:
        self.name = name
        self.looks = 0
        self._gap_seconds = gap_seconds  # looks are at least this far apart
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._looked = asyncio.Condition()
        self._task = self._loop.create_task(self._run(), name=f"looks at {name}")

    async def look(self) -> bool:
        """Runs in the loop; reads in a thread. True when there is more to see at once."""
        raise NotImplementedError

    @property
    def has_ended(self) -> bool:
        return self._task.done()

    def wake(self) -> None:
        """Called by whatever thread committed something."""
        with contextlib.suppress(RuntimeError):  # the loop has ended; nobody is left to wake
            self._loop.call_soon_threadsafe(self._woken.set)

    async def next_look(self, seen: int) -> int:
        """Wait for a look later than the `seen`th, and answer its number. Raises LookBroke."""
        async with self._looked:
            await self._looked.wait_for(lambda: self.looks > seen or self.looks < 0)
        if self.looks < 0:
            raise LookBroke(self.name)
        return self.looks

    async def end(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while True:
                self._woken.clear()
                more = await self._look_once()
                await asyncio.sleep(self._gap_seconds)
                if not more:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), HEAL_SECONDS)
        except Exception:
            log.exception("look broke at=%s", self.name)
        finally:
            await self._tell(-1)

    async def _look_once(self) -> bool:
        try:
            more = await self.look()
        except Error:
            # The database was away or busy: the next look reads what this one did not.
            log.warning("look failed at=%s", self.name, exc_info=True)
            await sync_to_async(connection.close_if_unusable_or_obsolete)()
            return False
        await self._tell(self.looks + 1)
        return more

    async def _tell(self, looks: int) -> None:
        async with self._looked:
            self.looks = looks
            self._looked.notify_all()
