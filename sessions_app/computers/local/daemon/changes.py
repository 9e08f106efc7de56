"""What changed in the workspace since the last look, remembered by call id."""

from __future__ import annotations

import asyncio
from typing import Any

from .children import Children
from .commits import Reflogs, described
from .differences import differences, keep_unseen
from .snapshot import Snapshot, look_at, take


class Changes:
    """`quiet` is held while a thread reads the workspace: no process is forked meanwhile."""

    def __init__(self, children: Children, quiet: asyncio.Lock) -> None:
        self._children = children
        self._quiet = quiet
        self._last = Snapshot()
        self._reflogs = Reflogs()

    async def begin(self) -> None:
        """Remember the workspace as it is when the computer starts."""
        async with self._quiet:
            self._last = await asyncio.to_thread(take, self._last)
            self._reflogs.news(self._last.repositories)

    async def look(self) -> dict[str, Any]:
        async with self._quiet:
            files, more_files = await asyncio.to_thread(self._compare)
            news = self._reflogs.news(self._last.repositories)
            commits = await described(self._children, news)
        return {"files": files, "more_files": more_files, "commits": commits}

    async def know(self, *, paths: list[str]) -> None:
        """A person put these files there: who works next is not said to have written them."""
        async with self._quiet:
            await asyncio.to_thread(look_at, self._last, paths)

    def _compare(self) -> tuple[list[dict[str, Any]], int]:
        now = take(self._last)
        keep_unseen(self._last, now)
        found = differences(self._last, now)
        self._last = now
        return found
