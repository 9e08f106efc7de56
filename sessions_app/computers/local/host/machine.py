"""One computer: its sandbox with the daemon in it, its way out, and the line between them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
import resource
import socket
import subprocess
from pathlib import Path

from ..wire import Fault
from .browser_state import BrowserState
from .cgroup import Cgroup
from .egress import Egress
from .link import Link
from .network_log import NetworkLog
from .relay import Stream, relay
from .sandbox import CODE, ON_DESKTOP, Folders, sandbox
from .spec import HostSpec

LOCAL = Path(__file__).parents[1]
BEGIN_SECONDS = 30.0
FINISH_SECONDS = 5.0
LEAVE_SECONDS = 1.0
KILL_SECONDS = 5.0
COMPLAINT_BYTES = 4096
STREAM_IDLE_SECONDS = 24 * 60 * 60
SOCKET_VARIABLE = "COMPUTER_SOCKET"
DAEMON = f"import sys; sys.path.insert(0, '{CODE}'); from local.daemon.main import main; main()"


class NotStarted(Exception):
    """The sandbox did not come up; the text is what bubblewrap said."""


class Machine:
    def __init__(self, spec: HostSpec, cgroup: Cgroup) -> None:
        self._spec = self.limits = spec
        self._cgroup = cgroup
        self._complaint = bytearray()
        self.ended = asyncio.get_running_loop().create_future()
        self.egress = Egress(spec.policy, written=NetworkLog().add)

    async def start(self) -> int:
        """The kernel's Landlock version. Raises NotStarted."""
        near, far = socket.socketpair()
        try:
            self._process = self._spawn(far)
        except OSError as error:
            raise NotStarted(str(error)) from error
        finally:
            far.close()
        self.link = Link(near, lost=lambda: self.end("Its sandbox ended."))
        self.browser_state = BrowserState(self.link)
        begun = asyncio.ensure_future(self._begin())
        await asyncio.wait({begun, self.ended}, timeout=BEGIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not begun.done():
            begun.cancel()
            raise NotStarted(self._complaint.decode(errors="replace").strip() or "It did not answer in time.")
        try:
            return begun.result()
        except Fault as fault:
            raise NotStarted(str(fault)) from fault

    def _spawn(self, far: socket.socket) -> subprocess.Popen[bytes]:
        spec = self._spec
        built = sandbox(
            Folders(spec.workspace, spec.home, spec.code),
            [spec.python, "-I", "-S", "-c", DAEMON],
            variables={SOCKET_VARIABLE: str(far.fileno()), **(ON_DESKTOP if spec.kind == "desktop" else {})},
            system_call_filter=LOCAL / "seccomp" / f"computer-{platform.machine()}.bpf",
            memory_mb=spec.memory_mb,
        )
        file_bytes = spec.file_mb * 1024 * 1024

        def enter() -> None:
            self._cgroup.enter()
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

        complaints, complaints_end = os.pipe()
        self._hear_complaints(complaints)
        try:
            return subprocess.Popen(
                built.argv,
                pass_fds=[*built.descriptors, far.fileno()],
                env={"PATH": "/usr/bin:/bin"},  # bubblewrap's own environment can be read from inside
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints_end,
                preexec_fn=enter,
            )
        finally:
            os.close(complaints_end)
            built.close()

    def _hear_complaints(self, pipe: int) -> None:
        os.set_blocking(pipe, False)
        loop = asyncio.get_running_loop()

        def read() -> None:
            data = os.read(pipe, COMPLAINT_BYTES)
            self._complaint = (self._complaint + data)[-COMPLAINT_BYTES:]
            if not data:
                loop.remove_reader(pipe)

        loop.add_reader(pipe, read)

    async def _begin(self) -> int:
        spec = self._spec
        forwards = spec.policy.forwards()
        begun, (proxy, *sockets) = await self.link.call_for_sockets(
            "begin",
            forwards=forwards,
            processes=spec.processes,
            kind=spec.kind,
            width=spec.width,
            height=spec.height,
        )
        await self.egress.serve(proxy)
        for listening, (host, port) in zip(sockets, forwards, strict=True):
            await self.egress.serve_forward(listening, host, port)
        return int(begun["landlock"])

    async def browser(self) -> tuple[int, str]:
        """The port and path of its DevTools; a browser that starts for it is as the last one was."""
        port, path = await self.link.call("browser")
        await self.browser_state.put_back(port, path)
        return port, path

    def reopen_pages(self) -> None:
        """Show again what was open as it fell asleep. What fails is said to whoever asks for the browser."""
        if self.browser_state.has_pages:
            self._reopening = asyncio.ensure_future(self.browser())
            self._reopening.add_done_callback(asyncio.Future.exception)

    async def devtools(self, near: Stream) -> None:
        """Join a connection to the browser's DevTools port, which exists only inside."""
        try:
            port, _ = await self.browser()
            _, (inside,) = await self.link.call_for_sockets("connect", port=port)
            far = Stream(*await asyncio.open_connection(sock=inside))
        except (Fault, OSError):
            near.writer.close()
            return
        await relay(near, far, idle_seconds=STREAM_IDLE_SECONDS)

    async def screen(self, near: Stream) -> None:
        """Join a connection to the desktop's screen, which speaks RFB."""
        try:
            _, (inside,) = await self.link.call_for_sockets("screen")
            far = Stream(*await asyncio.open_connection(sock=inside))
        except (Fault, OSError):
            near.writer.close()
            return
        await relay(near, far, idle_seconds=STREAM_IDLE_SECONDS)

    def end(self, why: str) -> None:
        if not self.ended.done():
            self.ended.set_result(why)

    async def finish(self) -> None:
        """Let the browser write its profile, then end everything inside."""
        await self.browser_state.keep()
        with contextlib.suppress(Fault, OSError, TimeoutError):
            await asyncio.wait_for(self.link.call("finish"), FINISH_SECONDS)
        self.link.close()  # the daemon ends by itself, so that bubblewrap reaps it and leaves no zombie
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, LEAVE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Process 1 dies with bubblewrap, and with process 1 everything in its namespace."""
        process = getattr(self, "_process", None)
        if process is not None:
            process.kill()
            process.wait(KILL_SECONDS)
