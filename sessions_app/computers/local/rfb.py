"""A client of a desktop's screen, speaking RFB (RFC 6143): what it shows, its mouse, its keyboard.

The other side is the agent's: whatever it announces is checked before it is believed.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct

from sessions_app.computers.errors import ComputerLost
from sessions_app.computers.results import Display

from . import rfb_clipboard

VERSION = b"RFB 003.008\n"
NO_SECURITY = 1
MOST_PIXELS = 4096  # of either side
MOST_NAME_BYTES = 4096
MOST_CLIPBOARD_BYTES = 1024 * 1024
PIXEL_BYTES = 4
BUFFER_BYTES = 16 * 1024 * 1024
GREETING_SECONDS = 10.0
LOOK_SECONDS = 10.0
# 32 bits for a pixel, 24 of them colour, little endian: blue, green, red, nothing.
PIXEL_FORMAT = struct.pack(">BBBBHHHBBBxxx", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)
RAW = 0


class ProtocolBroken(Exception):
    """The screen does not speak RFB as it should."""


class Screen:
    """A connection to a screen. It keeps a copy of what it shows, which `look` brings up to date."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, display: Display) -> None:
        self.display = display
        self.pixels = bytearray(display.width * display.height * PIXEL_BYTES)  # blue, green, red, nothing
        self._reader = reader
        self._writer = writer
        self._buttons = 0
        self._whole = asyncio.Event()
        self._changed = asyncio.Event()
        self._clipboard = ""
        self._taken = asyncio.Event()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, address: str) -> Screen:
        """Raises ComputerLost when there is no screen, or nothing that speaks RFB."""
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                reader, writer = await asyncio.open_unix_connection(address, limit=BUFFER_BYTES)
                return cls(reader, writer, await _greeted(reader, writer))
        except (OSError, EOFError, TimeoutError, ProtocolBroken, struct.error) as error:
            raise ComputerLost(f"The screen could not be reached: {error or 'it did not answer'}.") from error

    @property
    def lost(self) -> bool:
        return self._listening.done()

    async def look(self) -> None:
        """Bring `pixels` up to date. Raises ComputerLost."""
        self._whole.clear()
        self._ask(incremental=False)
        await self._heard(self._whole, LOOK_SECONDS)

    async def settle(self, *, quiet_seconds: float, most_seconds: float) -> None:
        """Wait until nothing has changed for a moment. Raises ComputerLost."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(most_seconds):
                while True:
                    self._changed.clear()
                    self._ask(incremental=True)
                    try:
                        await self._heard(self._changed, quiet_seconds)
                    except TimeoutError:
                        return

    async def move(self, x: int, y: int) -> None:
        self._writer.write(struct.pack(">BBHH", 5, self._buttons, x, y))
        await self._sent()

    async def press(self, x: int, y: int, button: int, *, down: bool) -> None:
        """Buttons are numbered from 1: left, middle, right, and the wheel up, down, left, right."""
        bit = 1 << (button - 1)
        self._buttons = self._buttons | bit if down else self._buttons & ~bit
        await self.move(x, y)

    async def key(self, keysym: int, *, down: bool) -> None:
        self._writer.write(struct.pack(">BBxxI", 4, down, keysym))
        await self._sent()

    async def offer(self, text: str) -> None:
        """Let what is pasted from now on be this text."""
        self._clipboard = text
        self._taken.clear()
        self._writer.write(rfb_clipboard.announced())
        await self._sent()

    async def taken(self, *, most_seconds: float) -> bool:
        """Whether a program took what was offered."""
        try:
            await self._heard(self._taken, most_seconds)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        self._listening.cancel()
        self._writer.close()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await self._listening
            await self._writer.wait_closed()

    async def _sent(self) -> None:
        if self.lost:
            raise ComputerLost("The screen is gone.")
        try:
            await self._writer.drain()
        except OSError as error:
            raise ComputerLost("The screen is gone.") from error

    def _ask(self, *, incremental: bool) -> None:
        size = self.display
        self._writer.write(struct.pack(">BBHHHH", 3, incremental, 0, 0, size.width, size.height))

    async def _heard(self, event: asyncio.Event, seconds: float) -> None:
        """Raises TimeoutError, and ComputerLost when the screen went away."""
        waiting = asyncio.ensure_future(event.wait())
        try:
            done, _ = await asyncio.wait(
                {waiting, self._listening}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            waiting.cancel()
        if self._listening in done:
            raise ComputerLost("The screen is gone.")
        if not done:
            raise TimeoutError

    async def _listen(self) -> None:
        with contextlib.suppress(OSError, EOFError, ProtocolBroken):
            while True:
                await self._hear_one((await self._reader.readexactly(1))[0])

    async def _hear_one(self, kind: int) -> None:
        if kind == 0:
            await self._draw()
        elif kind == 1:
            _, count = struct.unpack(">xHH", await self._reader.readexactly(5))
            await self._reader.readexactly(count * 6)
        elif kind == 3:
            (length,) = struct.unpack(">xxxi", await self._reader.readexactly(7))
            if abs(length) > MOST_CLIPBOARD_BYTES:
                raise ProtocolBroken("too long a clipboard")
            self._hear_clipboard(await self._reader.readexactly(abs(length)), is_extended=length < 0)
        elif kind != 2:  # a bell
            raise ProtocolBroken(f"an unknown message {kind}")

    def _hear_clipboard(self, message: bytes, *, is_extended: bool) -> None:
        if is_extended and rfb_clipboard.asks_for_text(message):
            self._writer.write(rfb_clipboard.provided(self._clipboard))
            self._taken.set()

    async def _draw(self) -> None:
        (count,) = struct.unpack(">xH", await self._reader.readexactly(3))
        covered = 0
        for _ in range(count):
            covered += await self._draw_rectangle()
        self._changed.set()
        if covered >= self.display.width * self.display.height:
            self._whole.set()

    async def _draw_rectangle(self) -> int:
        x: int
        y: int
        width: int
        height: int
        x, y, width, height, encoding = struct.unpack(">HHHHi", await self._reader.readexactly(12))
        if encoding != RAW or x + width > self.display.width or y + height > self.display.height:
            raise ProtocolBroken("a rectangle that was not asked for")
        row, piece = self.display.width * PIXEL_BYTES, width * PIXEL_BYTES
        data = await self._reader.readexactly(piece * height)
        if piece == row:
            self.pixels[y * row : (y + height) * row] = data
        else:
            for line in range(height):
                at = (y + line) * row + x * PIXEL_BYTES
                self.pixels[at : at + piece] = data[line * piece : (line + 1) * piece]
        return width * height


async def _greeted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Display:
    """Through the handshake, to the size of the screen."""
    if not (await reader.readexactly(12)).startswith(b"RFB 003."):
        raise ProtocolBroken("it does not speak RFB")
    writer.write(VERSION)
    offered = await reader.readexactly((await reader.readexactly(1))[0])
    if NO_SECURITY not in offered:
        raise ProtocolBroken("it wants a password")
    writer.write(bytes([NO_SECURITY]))
    if await reader.readexactly(4) != bytes(4):
        raise ProtocolBroken("it refused")
    writer.write(b"\x01")  # others may stay
    width, height = struct.unpack(">HH", await reader.readexactly(4))
    await reader.readexactly(16)
    (length,) = struct.unpack(">I", await reader.readexactly(4))
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS and length <= MOST_NAME_BYTES):
        raise ProtocolBroken("it has no size")
    await reader.readexactly(length)
    writer.write(b"\x00\x00\x00\x00" + PIXEL_FORMAT)
    writer.write(struct.pack(">BxHii", 2, 2, RAW, rfb_clipboard.ENCODING))
    writer.write(rfb_clipboard.capabilities())
    return Display(width, height)
