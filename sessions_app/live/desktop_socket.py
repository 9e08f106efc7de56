from __future__ import annotations

import asyncio

from django.conf import settings

from sessions_app.computers.client import door
from sessions_app.computers.client.rfb_filter import Filter, NotRfb
from sessions_app.models import Computer, ComputerKind

from .computer_socket import ComputerSocket

PIECE_BYTES = 64 * 1024
LOOK_SECONDS = 1.0


class DesktopNews(ComputerSocket):
    """Whether a desktop runs, and whether this person has control of it."""

    kind = ComputerKind.DESKTOP

    async def show(self, computer: Computer) -> None:
        line = await door.connect(settings.COMPUTERS_DIR, computer.uuid.hex)
        try:
            await self.tell(state="live")
            while not line.lost:  # noqa: ASYNC110 (a line that breaks tells nobody by itself)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await line.close()


class DesktopSocket(ComputerSocket):
    """Bytes of RFB, from the screen and to it, for noVNC. What acts on the screen passes only in control.

    One socket is one connection to the screen: when either ends, the page opens another.
    """

    kind = ComputerKind.DESKTOP
    writer: asyncio.StreamWriter | None = None

    async def connect(self) -> None:
        self.filter = Filter()
        await super().connect()

    async def show(self, computer: Computer) -> None:
        reader, self.writer = await door.screen(settings.COMPUTERS_DIR, computer.uuid.hex)
        try:
            while data := await reader.read(PIECE_BYTES):
                await self.send(bytes_data=data)
        finally:
            self.writer.close()
            self.writer = None
        await self.close()

    async def tell(self, **news: object) -> None:
        """noVNC takes bytes alone: the page hears of all else by a socket of its own."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.writer is None or bytes_data is None:
            return
        if self.taken is None and self.filter.acts_next(bytes_data):
            await self.look_for_control()  # the page may have heard of it a moment earlier
        try:
            self.writer.write(self.filter.feed(bytes_data, may_act=self.taken is not None))
            await self.writer.drain()
        except (NotRfb, OSError):
            await self.close()
            return
        done, self.filter.acts = self.filter.acts, []
        if self.taken is not None:
            await self.acts.note(self.taken, done)
