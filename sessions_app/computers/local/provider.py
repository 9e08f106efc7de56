"""Computers on this machine, each in its own sandbox. Where the sandbox does not hold, there are none."""

from __future__ import annotations

import asyncio
import platform
import shutil
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from sessions_app.computers import base
from sessions_app.computers.errors import ComputerError, ComputerUnavailable
from sessions_app.computers.results import ComputerKind, ComputerSpec, Limits, Network, Probe

from .alive import is_running, opening, stop_host
from .checks import checks
from .computer import LocalComputer
from .connection import Connection
from .daemon import desktop
from .host.policy import endpoint
from .places import PACKAGE, Place, Places
from .start import start_host

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

LEAST_FREE_MB = 1024  # twice what makes the watch of each computer stop its commands
PROBE_SPEC = ComputerSpec(limits=Limits(idle_seconds=10), network=Network(mode="none"))


class LocalComputers(base.Computers):
    """`root` is where run folders, workspaces and homes lie; with root rights that is in /var/lib instead.

    Where less than `least_free_mb` of that disk are free, no computer starts.
    """

    def __init__(self, root: Path, *, least_free_mb: int = LEAST_FREE_MB) -> None:
        self.root = root
        self._least_free_mb = least_free_mb
        self.places = Places(root)

    async def probe(self) -> Probe:
        """Starts a computer as any other would start, and discards it, even when nobody waits any more."""
        return await _to_its_end(self._probe())

    async def _probe(self) -> Probe:
        place = self.places.of(uuid.uuid4().hex)
        try:
            try:
                ready = await self._start(place, PROBE_SPEC)
            finally:
                await self._discard(place)
            return Probe(ok=True, checks=await checks(self._try, ready, self.places.folder))
        except ComputerUnavailable as error:
            return Probe(ok=False, reason=str(error), cure=error.cure)
        except ComputerError as error:
            return Probe(ok=False, reason=str(error))
        except OSError as error:
            return Probe(ok=False, reason=f"Computers cannot lie in {self.places.folder}: {error.strerror}.")

    async def _try(self, kind: str, call: str) -> None:
        """One call on a computer of this kind, which is gone afterwards."""
        place = self.places.of(uuid.uuid4().hex)
        try:
            connection = await self._connected(place, replace(PROBE_SPEC, kind=cast(ComputerKind, kind)))
            try:
                await connection.call(call)
            finally:
                await connection.close()
        finally:
            await self._discard(place)

    async def open(self, computer_id: str, spec: ComputerSpec) -> LocalComputer:
        """One that runs already keeps the limits and the network that it was started with."""
        place = self.places.of(computer_id)
        for text in spec.network.allow_private:
            endpoint(text)  # raises ValueError for what is no address and port
        try:
            connection = await self._connected(place, spec)
        except OSError as error:
            raise ComputerUnavailable(f"The computer could not be started: {error}.") from error
        try:
            hello = await connection.call("hello")
        except BaseException:  # also when nobody waits for it any more
            await connection.close()
            raise
        return LocalComputer(place, spec, connection, boot_id=hello["boot_id"])

    async def _connected(self, place: Place, spec: ComputerSpec) -> Connection:
        user_id = await _finished(self.places.prepare, place)
        async with opening(place):
            if is_running(place):
                try:
                    return await Connection.to(place)
                except OSError:
                    await stop_host(place)  # it holds its lock but does not listen: it is on its way out
            await self._start_locked(place, spec, user_id)
            return await Connection.to(place)

    async def _start(self, place: Place, spec: ComputerSpec) -> dict[str, int]:
        user_id = await _finished(self.places.prepare, place)
        async with opening(place):
            return await self._start_locked(place, spec, user_id)

    async def _start_locked(self, place: Place, spec: ComputerSpec, user_id: int | None) -> dict[str, int]:
        if not (PACKAGE / "seccomp" / f"strict-{platform.machine()}.bpf").exists():
            raise ComputerUnavailable(
                f"There are no system-call filters for this processor ({platform.machine()}).",
                cure="python sessions_app/computers/local/seccomp/build.py",
            )
        if spec.kind == "desktop" and (lacking := desktop.missing()):
            reason = f"A desktop needs what is missing here: {', '.join(lacking)}."
            raise ComputerUnavailable(reason, cure=f"apt-get install {' '.join(lacking)}")
        free_mb = shutil.disk_usage(place.folder).free // 2**20
        if free_mb < self._least_free_mb:
            raise ComputerUnavailable(
                f"The disk of this machine is almost full: {free_mb} MB are free. No computer starts.",
                cure=f"make room in {self.places.folder}",
            )
        code = await _finished(self.places.install_code)
        try:
            return await start_host(place, spec, user_id=user_id, code=code)
        except ComputerUnavailable:
            await stop_host(place)  # it has said why and is ending
            raise

    async def copy(self, source_id: str, target_id: str, *, limit_mb: int, whole: bool = False) -> None:
        source, target = self.places.of(source_id), self.places.of(target_id)
        try:
            await _finished(self.places.make, target)
            async with opening(target):
                limit_bytes = limit_mb * 1024 * 1024
                await _finished(self.places.fill, target, source, limit_bytes=limit_bytes, whole=whole)
        except OSError as error:
            raise ComputerUnavailable(f"The computer's files could not be copied: {error}.") from error

    async def stop(self, computer_id: str) -> None:
        place = self.places.of(computer_id)
        if place.folder.is_dir():
            async with opening(place):
                await stop_host(place)

    async def discard(self, computer_id: str) -> None:
        await self._discard(self.places.of(computer_id))

    async def _discard(self, place: Place) -> None:
        if not place.folder.is_dir():
            return
        async with opening(place):
            await stop_host(place)
            if is_running(place):
                raise ComputerError("The computer does not end, so its files are kept.")
            await _finished(self.places.discard, place)

    async def running(self) -> Sequence[str]:
        return [place.computer_id for place in self.places.all() if is_running(place)]


async def _finished(work: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer:
    """Run in a thread, which nobody can cancel: it would go on behind what is done next."""
    return await _to_its_end(asyncio.to_thread(work, *args, **kwargs))


async def _to_its_end(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Wait for it even when cancelled."""
    working = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait({working})
        raise
