from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from sessions_app.fragments import Audience

from .seat import CHECK_SECONDS, COME_BACK, NOT_FOUND, NoSeat

log = logging.getLogger(__name__)

Sent = dict[str, object]  # {"content": html} and, for events, {"from": first, "to": last}


class LiveSocket(AsyncWebsocketConsumer):
    """A page that is kept up to date for as long as its reader may see it. What it sends is not read."""

    async def seat(self) -> Audience:
        """How the reader sees it. Raises NoSeat."""
        raise NotImplementedError

    def messages(self, audience: Audience) -> AsyncGenerator[Sent, None]:
        """What is sent, without an end."""
        raise NotImplementedError

    def number(self, name: str) -> int:
        """A number in the address; 0 where there is none."""
        told = parse_qs(self.scope["query_string"].decode("ascii", "replace")).get(name, [""])[0]
        return int(told) if told.isascii() and told.isdigit() and len(told) < 18 else 0

    async def connect(self) -> None:
        # Accepted before it is refused: a browser is told the code of an open socket only.
        await self.accept()
        self.serving = asyncio.create_task(self._serve(), name=f"serves {self.scope['path']}")

    async def disconnect(self, code: int) -> None:
        if serving := getattr(self, "serving", None):
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        return

    async def _serve(self) -> None:
        try:
            audience = await self.seat()
            sending = asyncio.create_task(self._send_all(audience))
            try:
                while not (await asyncio.wait({sending}, timeout=CHECK_SECONDS))[0]:
                    if await self.seat() != audience:
                        break  # the reader's role has changed: the page is drawn anew for it
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
            await self.close(code=COME_BACK)
        except NoSeat as refused:
            await self.close(code=refused.code)

    async def _send_all(self, audience: Audience) -> None:
        try:
            async with contextlib.aclosing(self.messages(audience)) as messages:
                async for message in messages:
                    await self.send(text_data=json.dumps(message, ensure_ascii=False, separators=(",", ":")))
        except Exception:
            log.exception("socket broke path=%s", self.scope["path"])


class NoSuchSocket(AsyncWebsocketConsumer):
    """What answers at any other address: a stranger's guess is no fault of ours to log."""

    async def connect(self) -> None:
        await self.accept()
        await self.close(code=NOT_FOUND)
