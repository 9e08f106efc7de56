"""The terminals of people: what each has shown is kept here, so that a page that comes back sees it again."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import fcntl
import json
import os
import struct
import termios
import time
from typing import Any

from ..wire import Fault
from .link import Link

KEPT_BYTES = 256 * 1024
PIECE_BYTES = 64 * 1024
NAME_CHARACTERS = 32
LINE_BYTES = 256 * 1024
SIZES = (2, 500)  # columns and rows, the least and the most
PRESENT_SECONDS = 30 * 60.0  # since somebody typed: for so long a terminal keeps its computer awake


class Terminal:
    """A page that cannot keep up holds up the program that writes, as any terminal does."""

    def __init__(self, descriptor: int) -> None:
        self.total_bytes = 0
        self.ended = False
        self._descriptor = descriptor
        self._kept = bytearray()
        self._grown = asyncio.Event()
        self._behind: dict[object, int] = {}
        os.set_blocking(descriptor, False)
        self._reading = False
        self._read_on()

    def _read_on(self) -> None:
        slowest = min(self._behind.values(), default=self.total_bytes)
        wanted = not self.ended and self.total_bytes - slowest < KEPT_BYTES // 2
        loop = asyncio.get_running_loop()
        if wanted and not self._reading:
            loop.add_reader(self._descriptor, self._read)
        elif not wanted and self._reading:
            loop.remove_reader(self._descriptor)
        self._reading = wanted

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, PIECE_BYTES)
        except BlockingIOError:
            return
        except OSError:  # how a terminal tells that its last program has gone
            data = b""
        if not data:
            self.end()
            return
        self._kept = (self._kept + data)[-KEPT_BYTES:]
        self.total_bytes += len(data)
        self._wake()

    def _wake(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()
        self._read_on()

    def end(self) -> None:
        if not self.ended:
            self.ended = True
            self._read_on()
            os.close(self._descriptor)
            self._wake()

    def write(self, data: bytes) -> None:
        """What does not fit is dropped: the program that should read it does not."""
        if not self.ended:
            with contextlib.suppress(BlockingIOError, OSError):
                os.write(self._descriptor, data)

    def resize(self, columns: int, rows: int) -> None:
        least, most = SIZES
        columns, rows = (min(max(number, least), most) for number in (columns, rows))
        if not self.ended:
            fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    async def show(self, writer: asyncio.StreamWriter, offset: int) -> None:
        """Send what it has shown from `offset` on, as far as that is kept, and what it shows from now on."""
        here = object()
        try:
            while True:
                offset = max(offset, self.total_bytes - len(self._kept))
                data = bytes(self._kept[len(self._kept) - (self.total_bytes - offset) :])[:PIECE_BYTES]
                if data:
                    writer.write(data)
                    await writer.drain()
                    offset += len(data)
                elif self.ended:
                    return
                else:
                    grown = self._grown
                    self._behind[here] = offset
                    self._read_on()
                    await grown.wait()
                self._behind[here] = offset
                self._read_on()
        finally:
            self._behind.pop(here, None)
            self._read_on()


class Terminals:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._open: dict[str, Terminal] = {}
        self._typed_at = float("-inf")

    @property
    def in_use(self) -> bool:
        return time.monotonic() - self._typed_at < PRESENT_SECONDS

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """{"name", "columns", "rows", "offset"} opens one; then {"write": base64} and {"resize": [c, r]}.

        Back come one line of JSON, {"offset"} or {"fault"}, and the terminal's bytes.
        """
        showing: asyncio.Task[None] | None = None
        try:
            asked = json.loads(await reader.readline())
            terminal = await self._terminal(asked)
            first = max(int(asked["offset"]), terminal.total_bytes - KEPT_BYTES)
            writer.write(json.dumps({"offset": first}).encode() + b"\n")
            showing = asyncio.ensure_future(self._show(terminal, writer, first))
            while line := await reader.readline():
                self._take(terminal, json.loads(line))
        except Fault as fault:
            writer.write(json.dumps({"fault": str(fault)}).encode() + b"\n")
        except (OSError, ValueError, KeyError):
            pass  # a page that went away, or does not speak our language
        finally:
            if showing is not None:
                showing.cancel()
            writer.close()

    async def _show(self, terminal: Terminal, writer: asyncio.StreamWriter, offset: int) -> None:
        with contextlib.suppress(OSError):
            await terminal.show(writer, offset)
        writer.close()

    async def _terminal(self, asked: dict[str, Any]) -> Terminal:
        name = str(asked["name"])[:NAME_CHARACTERS]
        terminal = self._open.get(name)
        if terminal is None or terminal.ended:
            given = {"terminal": name, "columns": int(asked["columns"]), "rows": int(asked["rows"])}
            _, (descriptor,) = await self._link.call_for_descriptors("terminal", **given)
            terminal = self._open[name] = Terminal(descriptor)
        else:
            terminal.resize(int(asked["columns"]), int(asked["rows"]))
        return terminal

    def _take(self, terminal: Terminal, told: dict[str, Any]) -> None:
        if "write" in told:
            self._typed_at = time.monotonic()
            terminal.write(base64.b64decode(told["write"]))
        elif "resize" in told:
            terminal.resize(*map(int, told["resize"]))
