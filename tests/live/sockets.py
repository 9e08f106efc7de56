"""A browser's end of a socket, on the real application with its middleware."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from lightcone_site.asgi import application
from sessions_app.models import User

Told = dict[str, Any]
SECONDS = 10.0


class Socket:
    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self._communicator = communicator
        self.told: list[Told] = []

    async def next(self) -> Told:
        message: Told = json.loads(await self._communicator.receive_from(timeout=SECONDS))
        self.told.append(message)
        return message

    async def until(self, found: Callable[[list[Told]], bool]) -> list[Told]:
        """All that was sent, once it holds what is looked for."""
        ends = time.monotonic() + SECONDS
        while not found(self.told):
            assert time.monotonic() < ends, self.told[-3:]
            await self.next()
        return self.told

    async def until_seq(self, seq: int) -> list[Told]:
        return await self.until(lambda told: any(message.get("to", 0) >= seq for message in told))

    async def close_code(self) -> int:
        """The code that the other end closed with."""
        while True:
            message = await self._communicator.receive_output(timeout=SECONDS)
            if message["type"] == "websocket.close":
                return int(message["code"])


def steps_in(told: list[Told]) -> list[int]:
    """The numbers of the steps that were put at the end, in the order in which they were sent."""
    numbered = [message["content"] for message in told if "to" in message]
    added = "".join(
        re.findall(r'hx-target="#steps" hx-swap="beforeend">(.*?)</hx-partial>', "".join(numbered), re.DOTALL)
    )
    return [int(seq) for seq in re.findall(r'data-seq="(\d+)"', added)]


def is_without_gaps(told: list[Told], *, after: int) -> bool:
    pairs = [(message["from"], message["to"]) for message in told if "to" in message]
    seen = after
    for first, last in pairs:
        if first != seen + 1 or last < first:
            return False
        seen = last
    return True


def headers_of(user: User | None, cookies: str = "") -> list[tuple[bytes, bytes]]:
    """Those that a browser sends in which this person is signed in."""
    client = Client()
    if user:
        client.force_login(user)
        cookies += f"; {settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return [(b"host", b"localhost"), (b"origin", b"http://localhost"), (b"cookie", cookies.encode())]


@asynccontextmanager
async def connected(address: str, user: User | None, *, cookies: str = "") -> AsyncIterator[Socket]:
    headers = await sync_to_async(headers_of)(user, cookies)
    communicator = WebsocketCommunicator(application, address, headers=headers)
    accepted, _ = await communicator.connect(timeout=SECONDS)
    assert accepted
    try:
        yield Socket(communicator)
    finally:
        await communicator.disconnect(timeout=SECONDS)
        await asyncio.sleep(0)
