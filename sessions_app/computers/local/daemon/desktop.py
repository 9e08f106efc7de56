"""The screen of a desktop: Xvnc on a socket of its own, a window manager, a panel with the programs.

Whatever of it ends is started again when the screen is next asked for.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from pathlib import Path

from ..wire import Fault
from .children import Child, Children, Streams

DISPLAY = ":1"
SOCKET = "/run/user/screen.sock"
LOOK = Path(__file__).with_name("look")
START_SECONDS = 15.0
SEARCHED = "/usr/local/bin:/usr/bin:/bin"
SERVER = f"""
    Xvnc {DISPLAY} -depth 24 -dpi 96 -noreset -nolisten tcp -rfbport -1 -rfbunixpath {SOCKET}
    -SecurityTypes None -AlwaysShared -AcceptSetDesktopSize=0 -desktop Computer
""".split()
PROGRAMS = {
    "openbox": ["openbox", "--config-file", str(LOOK / "openbox.xml")],
    "tint2": ["tint2", "-c", str(LOOK / "tint2rc")],
}
# Each by the Debian package that brings it.
NEEDED = {
    "Xvnc": "tigervnc-standalone-server",
    "openbox": "openbox",
    "tint2": "tint2",
    "xterm": "xterm",
    "pcmanfm": "pcmanfm",
    "mousepad": "mousepad",
}


def missing() -> list[str]:
    """The packages of which a desktop lacks programs, outside and inside alike: both see the same /usr."""
    return [package for program, package in NEEDED.items() if shutil.which(program, path=SEARCHED) is None]


class Desktop:
    def __init__(self, children: Children, *, width: int, height: int) -> None:
        self._children = children
        self._geometry = f"{width}x{height}"
        self._server: Child | None = None
        self._programs: dict[str, Child] = {}
        self._starting = asyncio.Lock()

    async def ready(self) -> None:
        """Raises Fault ComputerUnavailable when it cannot be had."""
        async with self._starting:
            if self._server is None or self._server.exited.done():
                await self._start_server()
            for name, argv in PROGRAMS.items():
                child = self._programs.get(name)
                if child is None or child.exited.done():
                    self._programs[name] = self._start(argv)

    async def connect(self) -> socket.socket:
        """A connection to the screen, speaking RFB."""
        await self.ready()
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(SOCKET)
        return connection

    async def _start_server(self) -> None:
        if lacking := missing():
            raise Fault(
                "ComputerUnavailable", f"This machine lacks what a desktop needs: {', '.join(lacking)}."
            )
        for left in (SOCKET, f"/tmp/.X{DISPLAY[1:]}-lock", f"/tmp/.X11-unix/X{DISPLAY[1:]}"):
            Path(left).unlink(missing_ok=True)
        told, told_end = os.pipe()
        argv = [*SERVER, "-geometry", self._geometry, "-displayfd", str(told_end)]
        try:
            self._server = self._start(argv, inherited=told_end)
        finally:
            os.close(told_end)
        await _number_told(told)

    def _start(self, argv: list[str], *, inherited: int | None = None) -> Child:
        streams = Streams(inherited=() if inherited is None else (inherited,))
        # Not confined as commands are: the browser is opened from the panel, and needs looser rules.
        variables = {"DISPLAY": DISPLAY}
        try:
            return self._children.start(argv, streams=streams, confined=False, variables=variables)
        except OSError as error:
            raise Fault("ComputerUnavailable", f"{argv[0]} did not start: {error.strerror}.") from error


async def _number_told(told: int) -> None:
    """Xvnc writes the number of its display once programs can connect to it, or closes as it ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(told, "rb")
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            line = await reader.readline()
    except TimeoutError:
        line = b""
    finally:
        transport.close()
    if not line.strip():
        raise Fault("ComputerUnavailable", "The screen did not start.")
