"""A small client of Chromium's DevTools: calls, and the events that one listens to."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import WebSocketException

from sessions_app.computers.local.address import short_address

from .door import NotRunning, place_of

CALL_SECONDS = 10.0
MESSAGE_BYTES = 16 * 1024 * 1024


class CallFailed(Exception):
    """The browser would not; the text is its own."""


class DevTools:
    """Raises NotRunning wherever the browser is gone."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(maxsize=100)
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, root: Path, computer_id: str, path: str) -> AsyncIterator[DevTools]:
        try:
            with short_address(place_of(root, computer_id).run, "watch-browser.sock") as address:
                socket = await unix_connect(
                    address, uri=f"ws://localhost{path}", max_size=MESSAGE_BYTES, compression=None
                )
        except (OSError, WebSocketException) as error:
            raise NotRunning from error
        devtools = cls(socket)
        try:
            yield devtools
        finally:
            devtools._listening.cancel()
            await socket.close()

    async def call(self, method: str, *, to: str = "", **given: Any) -> dict[str, Any]:
        """`to` is the session of a page. Raises CallFailed."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": given, **({"sessionId": to} if to else {})}
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self._socket.send(json.dumps(message))
                result: dict[str, Any] = await answer
                return result
        except (WebSocketException, TimeoutError) as error:
            raise NotRunning from error
        finally:
            self._waiting.pop(number, None)

    async def event(self) -> dict[str, Any]:
        """The next one: {"method", "params", "sessionId"}."""
        found = await self._events.get()
        if found is None:
            raise NotRunning
        return found

    async def _listen(self) -> None:
        with contextlib.suppress(WebSocketException):
            async for text in self._socket:
                self._take(json.loads(text))
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(NotRunning())
        self._put(None)

    def _take(self, message: dict[str, Any]) -> None:
        if "method" in message:
            self._put(message)
            return
        answer = self._waiting.get(message.get("id", 0))
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(CallFailed(str(message["error"].get("message", ""))[:500]))
        else:
            answer.set_result(message.get("result", {}))

    def _put(self, event: dict[str, Any] | None) -> None:
        """The newest matter: of a flood that nobody reads, the oldest go."""
        if self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(event)
