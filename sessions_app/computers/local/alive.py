"""Which computers run, and ending one. A host process holds a lock for as long as it lives."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import struct
from collections.abc import AsyncIterator

from sessions_app.computers.errors import ComputerUnavailable

from .address import short_address
from .host import cgroup
from .places import Place

OPENING_SECONDS = 60.0
STOP_SECONDS = 12.0
LOOK_SECONDS = 0.02
CGROUP_TRIES = 25  # the kernel needs a moment to forget processes that have ended


@contextlib.asynccontextmanager
async def opening(place: Place) -> AsyncIterator[None]:
    """Only one worker at a time opens, stops or discards a computer."""
    descriptor = os.open(place.opening_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        await _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


async def _lock(descriptor: int) -> None:
    try:
        async with asyncio.timeout(OPENING_SECONDS):
            while not _try_lock(descriptor, fcntl.LOCK_EX):  # noqa: ASYNC110 - another process holds it
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise ComputerUnavailable("Another worker has been opening this computer for a minute.") from None


def is_running(place: Place) -> bool:
    """Whether a host process holds its lock."""
    try:
        descriptor = os.open(place.host_lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def stop_host(place: Place) -> None:
    """Ask it to end, and kill it when it does not. What runs inside dies with it."""
    if is_running(place):
        pid = await _pid_once_it_listens(place)
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
        if not await _ended(place, STOP_SECONDS) and pid is not None:
            os.kill(pid, signal.SIGKILL)
            await _ended(place, STOP_SECONDS)
    for _ in range(CGROUP_TRIES):
        if cgroup.remove(place.computer_id):
            break
        await asyncio.sleep(LOOK_SECONDS)


async def _pid_once_it_listens(place: Place) -> int | None:
    """One that is still starting listens in a moment."""
    deadline = asyncio.get_running_loop().time() + STOP_SECONDS
    while asyncio.get_running_loop().time() < deadline and is_running(place):
        if (pid := host_pid(place)) is not None:
            return pid
        await asyncio.sleep(LOOK_SECONDS)
    return None


async def _ended(place: Place, timeout_seconds: float) -> bool:
    deadline = asyncio.get_running_loop().time() + timeout_seconds
    while asyncio.get_running_loop().time() < deadline:
        if not is_running(place):
            return True
        await asyncio.sleep(LOOK_SECONDS)
    return False


def host_pid(place: Place) -> int | None:
    """Of whoever listens on its socket, as the kernel says."""
    try:
        with short_address(place.run, "host.sock") as address, socket.socket(socket.AF_UNIX) as trial:
            trial.settimeout(5)
            trial.connect(address)
            credentials = trial.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    except OSError:
        return None
    pid: int = struct.unpack("3i", credentials)[0]
    return pid or None  # 0 is a process that cannot be seen from here
