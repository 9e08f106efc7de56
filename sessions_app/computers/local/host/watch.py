"""What ends a computer, or the commands in it, unasked: silence, idleness, too much memory, a full disk."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time

from ..wire import Fault
from .machine import Machine
from .service import Service
from .spec import HostSpec

LOOK_SECONDS = 2.0
SILENCE_SECONDS = 10.0
DISK_LOOK_SECONDS = 3.0
DISK_IDLENESS = 20  # measuring a large workspace takes at most this part of the time
FREE_MB = 512  # what computers leave to everybody else on the disk
MEGABYTE = 1024 * 1024


class Watch:
    def __init__(self, spec: HostSpec, machine: Machine, service: Service, *, measures_memory: bool) -> None:
        self._spec = spec
        self._machine = machine
        self._service = service
        self._measures_memory = measures_memory

    async def keep(self) -> None:
        await asyncio.gather(self._keep_alive(), self._keep_disk())

    async def _keep_alive(self) -> None:
        busy_at = time.monotonic()
        while True:
            await asyncio.sleep(min(LOOK_SECONDS, self._spec.idle_seconds / 2))
            try:
                ping = self._machine.link.call("ping", memory=self._measures_memory)
                answer = await asyncio.wait_for(ping, SILENCE_SECONDS)
            except (TimeoutError, OSError, Fault):
                self._machine.end("It stopped answering.")
                self._machine.kill()
                return
            if self._measures_memory and answer["memory_mb"] > self._spec.memory_mb:
                self._machine.end(f"It used more than its {self._spec.memory_mb} MB of memory.")
            if answer["running"] or self._service.workers or self._service.terminals.in_use:
                busy_at = time.monotonic()
            elif time.monotonic() - busy_at > self._spec.idle_seconds:
                self._machine.end("It was idle.")

    async def _keep_disk(self) -> None:
        """Commands that overfill the disk are stopped; the computer stays, so that files can be deleted."""
        pause_seconds = DISK_LOOK_SECONDS
        while True:
            await asyncio.sleep(pause_seconds)
            began = time.monotonic()
            if shutil.disk_usage(self._spec.folder).free < FREE_MB * MEGABYTE:
                await self._stop_commands("The machine's disk is almost full.")
            self._service.disk_mb = await asyncio.to_thread(self._used_mb)
            if self._service.disk_mb > self._spec.disk_mb:
                await self._stop_commands(f"The computer's {self._spec.disk_mb} MB of disk are used up.")
            pause_seconds = max(DISK_LOOK_SECONDS, DISK_IDLENESS * (time.monotonic() - began))

    def _used_mb(self) -> int:
        command = [
            "du",
            "--summarize",
            "--block-size=1M",
            "--one-file-system",
            self._spec.workspace,
            self._spec.home,
        ]
        measured = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return sum(int(line.split()[0]) for line in measured.stdout.splitlines())

    async def _stop_commands(self, why: str) -> None:
        try:
            await self._machine.link.call(
                "stop_all", why=f"{why} What ran was stopped. Delete files to go on."
            )
        except (OSError, Fault):
            self._machine.end("It stopped answering.")
