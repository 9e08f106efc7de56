"""The engine of the one-process server: session runners as tasks of the loop that also serves the pages."""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from asgiref.sync import sync_to_async
from django.db import Error, connection

from sessions_app.agents.in_turn import in_turn
from sessions_app.computers.errors import ComputerError
from sessions_app.models import Session, Status, Task, computer, environment

from . import due, environments, rescue
from .permissions import policy_of

if TYPE_CHECKING:
    from .drive import Drive
    from .workbench import Workbench

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0  # heals a call to `start` that was lost
YIELD_SECONDS = 0.001  # a thread that computes lets the loop go on after this; by default after 5 ms


class Embedded:
    """Drives pending tasks, oldest first, as many at once as there are slots. The `Engine` of dispatch."""

    def __init__(self, bench: Workbench, *, slots: int) -> None:
        self.slots = slots
        self._bench = bench
        self._worker = f"embedded-{os.getpid()}"
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._waking: set[asyncio.Task[None]] = set()
        self._tended: set[tuple[int, str]] = set()  # environments, each begun once
        self._drives: dict[int, tuple[Drive, asyncio.Task[None]]] = {}

    def start(self, task_id: int) -> None:
        self._loop.call_soon_threadsafe(self._wake.set)

    def cancel(self, task_id: int) -> None:
        self._loop.call_soon_threadsafe(self._stop_one, task_id)

    def _stop_one(self, task_id: int) -> None:
        if task_id in self._drives:
            self._drives[task_id][0].stop()

    async def run(self) -> None:
        """Drive until cancelled; then let go of every task: it is queued again, its computer stays.

        The file lock says that nobody else drives: what runs at the start has lost its worker.
        """
        # pydantic-ai takes a second to import; by now the pages are served.
        await in_turn(importlib.import_module, "sessions_app.runners.drive")
        # What is imported by now stays. Each search through it for garbage would hold up the pages for 0.1 s.
        gc.freeze()
        sys.setswitchinterval(YIELD_SECONDS)
        recover = rescue.recover_all
        try:
            while True:
                self._wake.clear()
                try:
                    await sync_to_async(recover)()
                    recover = rescue.recover_silent
                    for task_id in await sync_to_async(due.fall_due)():
                        self._stop_one(task_id)
                    await self._wake_computers()
                    await self._tend_environments()
                    await self._fill_slots()
                except Error:
                    # The database is away, busy or full: the pages go on, and the next look makes it good.
                    log.warning("look_failed", exc_info=True)
                    await sync_to_async(connection.close_if_unusable_or_obsolete)()
                # Not wait_for: in Python 3.11 it swallows a cancel that comes with what it waits for.
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._wake.wait()
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        running = [running for _, running in self._drives.values()]
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _wake_computers(self) -> None:
        """Computers that people want to look at or to use."""
        for row in await sync_to_async(computer.to_wake)():
            self._beside(self._wake_one(row.session))

    async def _tend_environments(self) -> None:
        for one in await sync_to_async(environment.to_tend)():
            if (one.pk, one.state) not in self._tended:
                self._tended.add((one.pk, one.state))
                limit_mb = self._bench.spec.limits.disk_mb
                self._beside(environments.tend(one, self._bench.computers, limit_mb=limit_mb))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside the loop: some of it takes seconds."""
        task = asyncio.create_task(work)
        self._waking.add(task)
        task.add_done_callback(self._waking.discard)

    async def _wake_one(self, session: Session) -> None:
        room = self._bench.room_for(session)
        try:
            await room.computer()
            if session.latest_task is not None:
                await room.hold_to(await sync_to_async(policy_of)(session.latest_task))
        except ComputerError as error:
            log.warning("computer_not_woken", session=session.pk, reason=str(error))
        finally:
            await room.close()

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
        if not done.cancelled() and done.exception() is not None:
            log.error("drive_broke", task=task_id, exc_info=done.exception())
        else:
            self._wake.set()  # what broke is not tried again before the next look


def slots_by_memory(wanted: int) -> int:
    """How many sessions at once: what was asked for, else one for each GB of this machine, at least 2."""
    if wanted > 0:
        return wanted
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(2, min(100, total // 2**30))
