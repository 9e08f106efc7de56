"""The engine of the one-process server: session runners as tasks of the loop that also serves the pages."""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import TYPE_CHECKING

import structlog
from asgiref.sync import sync_to_async

from sessions_app.agents.in_turn import in_turn
from sessions_app.models import Status, Task

from . import rescue

if TYPE_CHECKING:
    from .drive import Drive
    from .workbench import Workbench

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0  # heals a call to `start` that was lost


class Embedded:
    """Drives pending tasks, oldest first, as many at once as there are slots. The `Engine` of dispatch."""

    def __init__(self, bench: Workbench, *, slots: int) -> None:
        self.slots = slots
        self._bench = bench
        self._worker = f"embedded-{os.getpid()}"
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._drives: dict[int, tuple[Drive, asyncio.Task[None]]] = {}

    def start(self, task_id: int) -> None:
        self._loop.call_soon_threadsafe(self._wake.set)

    def cancel(self, task_id: int) -> None:
        self._loop.call_soon_threadsafe(self._stop_one, task_id)

    def _stop_one(self, task_id: int) -> None:
        if task_id in self._drives:
            self._drives[task_id][0].stop()

    async def run(self) -> None:
        """Drive until cancelled. The file lock says that nobody else does: what runs has lost its worker."""
        await sync_to_async(rescue.recover_all)()
        # pydantic-ai takes a second to import; by now the pages are served.
        await in_turn(importlib.import_module, "sessions_app.runners.drive")
        while True:
            self._wake.clear()
            await sync_to_async(rescue.recover_silent)()
            await self._fill_slots()
            try:
                await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue

    async def stop(self) -> None:
        """Let go of every task: each goes back into the queue, its computer and commands stay."""
        running = [running for _, running in self._drives.values()]
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _fill_slots(self) -> None:
        free = self.slots - len(self._drives)
        if free > 0:
            for task in await sync_to_async(self._next)(free):
                self._begin(task)

    def _next(self, free: int) -> list[Task]:
        pending = Task.objects.filter(status=Status.PENDING).exclude(pk__in=list(self._drives))
        return list(pending.select_related("session__agent", "session__space").order_by("pk")[:free])

    def _begin(self, task: Task) -> None:
        from .drive import Drive

        drive = Drive(task, worker=self._worker, bench=self._bench)
        running = asyncio.create_task(drive.run(), name=f"task-{task.pk}")
        self._drives[task.pk] = (drive, running)
        running.add_done_callback(lambda done: self._ended(task.pk, done))

    def _ended(self, task_id: int, done: asyncio.Task[None]) -> None:
        self._drives.pop(task_id, None)
        self._wake.set()
        if not done.cancelled() and done.exception() is not None:
            log.error("drive_broke", task=task_id, exc_info=done.exception())


def slots_by_memory(wanted: int) -> int:
    """How many sessions at once: what was asked for, else one for each GB of this machine, at least 2."""
    if wanted > 0:
        return wanted
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(2, min(100, total // 2**30))
