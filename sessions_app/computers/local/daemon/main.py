"""The daemon: process 1 of a computer. It does what the host process asks, and ends with it."""

from __future__ import annotations

import asyncio
import os
import platform
import resource
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from ..wire import Fault, Frames, Message
from . import files
from .changes import Changes
from .children import Children, living_pids
from .chromium import Chromium
from .commands import Commands
from .confine import confinement, hide_from_peers, landlock_version
from .desktop import Desktop
from .remembered import Remembered
from .terminals import Terminals
from .usage import memory_mb

SECCOMP = Path(__file__).parents[1] / "seccomp"
SOCKET_VARIABLE = "COMPUTER_SOCKET"
PROXY = ("127.0.0.1", 3128)
BROWSER_DOOR = ("127.0.0.1", 3129)  # whoever knocks inside a desktop gets a browser window
RESERVED_PROCESSES = 32  # so that the daemon can still act when a command has used up all of its own

Answer = tuple[Any, list[int]]


class Daemon:
    def __init__(self, connection: socket.socket) -> None:
        self._frames = Frames(connection, received=self._received, lost=lambda: os._exit(0))
        self._calls: dict[str, Callable[..., Any]] = {"begin": self._begin}
        self._tasks: set[asyncio.Task[None]] = set()

    def _received(self, message: Message, descriptors: list[int]) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, message: Message) -> None:
        descriptors: list[int] = []
        try:
            result = await self._calls[message["call"]](**message["given"])
            if isinstance(result, Handed):
                result, descriptors = result.result, result.descriptors
            answer = {"id": message["id"], "result": result}
        except Fault as fault:
            answer = {"id": message["id"], "fault": fault.name, "text": str(fault)}
        except Exception as error:  # whatever went wrong, the one who asked must hear of it
            text = f"{type(error).__name__}: {error}"
            answer = {"id": message["id"], "fault": "ComputerError", "text": text}
        await self._frames.send(answer, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)

    async def _begin(
        self, *, forwards: list[list[Any]], processes: int, kind: str, width: int, height: int
    ) -> Handed:
        """Be ready for work. Hands out the sockets by which alone the computer reaches the network."""
        confine = confinement(
            SECCOMP / f"strict-{platform.machine()}.bpf", processes=max(16, processes - RESERVED_PROCESSES)
        )
        resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
        children, quiet = Children(confine), asyncio.Lock()
        self._commands = Commands(children, quiet)
        self._chromium = Chromium(children, width=width, height=height, headless=kind == "browser")
        terminals = Terminals(children)
        desktop = Desktop(children, width=width, height=height) if kind == "desktop" else None
        changes = Changes(children, quiet)
        await changes.begin()
        once = Remembered()
        self._calls = {
            "ping": self._ping,
            "start": self._commands.start,
            "read": self._commands.read,
            "stop": _awaitable(self._commands.stop),
            "stop_all": _awaitable(self._commands.stop_all),
            "write": once(_awaitable(files.write)),
            "edit": once(_awaitable(files.edit)),
            "changes": once(changes.look),
            "put": changes.know,
            "browser": self._chromium.endpoint,
            "open_browser": self._chromium.endpoint_if_running,
            "connect": _connect,
            "terminal": _handing_out(terminals.open),
            "finish": self._chromium.stop,
        }
        if desktop is not None:
            self._calls |= await self._furnish(desktop)
        sockets = [_listen(host, port) for host, port in [PROXY, *forwards]]
        return Handed({"landlock": landlock_version()}, sockets)

    async def _furnish(self, desktop: Desktop) -> dict[str, Callable[..., Any]]:
        """Begin to show the desktop. What its screen adds to the calls; the browser then opens on it."""

        async def show() -> None:
            await desktop.ready()

        async def screen() -> Handed:
            return Handed(None, [(await desktop.connect()).detach()])

        async def browser() -> tuple[int, str]:
            await desktop.ready()
            return await self._chromium.endpoint()

        async def new_window(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()
            await desktop.ready()
            await self._chromium.new_window()

        await asyncio.start_server(new_window, *BROWSER_DOOR)
        starting = asyncio.ensure_future(desktop.ready())
        starting.add_done_callback(_told_when_asked)
        self._starting = starting
        return {"show": show, "screen": screen, "browser": browser}

    async def _ping(self, *, memory: bool) -> dict[str, int]:
        measured = {"memory_mb": memory_mb(), "processes": len(living_pids())} if memory else {}
        return {"running": self._commands.running, **measured}


class Handed:
    """A result with the descriptors that go out of the sandbox along with it."""

    def __init__(self, result: Any, descriptors: list[int]) -> None:
        self.result = result
        self.descriptors = descriptors


def _told_when_asked(starting: asyncio.Future[None]) -> None:
    """Why there is no screen is said to whoever asks for it."""
    starting.exception()


def _awaitable(function: Callable[..., Any]) -> Callable[..., Any]:
    async def call(**given: Any) -> Any:
        return function(**given)

    return call


def _handing_out(open_one: Callable[..., Awaitable[int]]) -> Callable[..., Any]:
    async def call(**given: Any) -> Handed:
        return Handed(None, [await open_one(**given)])

    return call


def _listen(host: str, port: int) -> int:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise Fault(
            "ComputerUnavailable", f"{host}:{port} cannot be opened inside: {error.strerror}."
        ) from error
    listening.listen(256)
    return listening.detach()


async def _connect(*, port: int) -> Handed:
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Handed(None, [connection.detach()])


async def _live() -> None:
    Daemon(socket.socket(fileno=int(os.environ.pop(SOCKET_VARIABLE))))
    await asyncio.Event().wait()


def main() -> None:
    hide_from_peers()
    os.umask(0o022)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # process 1 ignores what it has no handler for; children do not
    asyncio.run(_live())
