"""A client of Chromium's DevTools with the standard library alone: a few calls, one after the other."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import struct
from typing import Any

from .relay import Stream

TEXT, CLOSE, PING = 1, 8, 9
MOST_BYTES = 16 * 1024 * 1024
CALL_SECONDS = 5.0


class Broken(Exception):
    """The browser went away, or speaks otherwise than expected."""


class DevTools:
    """Over RFC 6455. What the browser tells unasked is passed over."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._numbers = itertools.count(1)

    async def greet(self, path: str) -> None:
        """Raises Broken."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            f"GET {path} HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        )
        try:
            self._stream.writer.write("\r\n".join((*lines, "", "")).encode())
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._stream.reader.readuntil(b"\r\n\r\n")
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError) as error:
            raise Broken from error
        if b" 101 " not in answer.split(b"\r\n", 1)[0]:
            raise Broken

    async def call(self, method: str, **given: Any) -> dict[str, Any]:
        """Raises Broken, also when the browser would not."""
        number = next(self._numbers)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                self._send(TEXT, json.dumps({"id": number, "method": method, "params": given}).encode())
                while (answer := json.loads(await self._message())).get("id") != number:
                    pass
                result: dict[str, Any] = answer["result"]
                return result
        except (OSError, EOFError, TimeoutError, ValueError, KeyError, AttributeError) as error:
            raise Broken from error

    def close(self) -> None:
        self._stream.writer.close()

    def _send(self, kind: int, data: bytes) -> None:
        size = len(data)
        if size < 126:
            length = bytes([0x80 | size])
        elif size < 65536:
            length = struct.pack(">BH", 0x80 | 126, size)
        else:
            length = struct.pack(">BQ", 0x80 | 127, size)
        # The mask is there against proxies on the way, of which there is none here: zeros leave all as it is.
        self._stream.writer.write(bytes([0x80 | kind]) + length + bytes(4) + data)

    async def _message(self) -> bytes:
        whole = b""
        while True:
            kind, is_last, data = await self._frame()
            if kind == CLOSE:
                raise EOFError
            if kind == PING:
                continue
            whole += data
            if len(whole) > MOST_BYTES:
                raise EOFError
            if is_last:
                return whole

    async def _frame(self) -> tuple[int, bool, bytes]:
        read = self._stream.reader.readexactly
        first, second = await read(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack(">H", await read(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", await read(8))
        if size > MOST_BYTES:
            raise EOFError
        return first & 0x0F, bool(first & 0x80), await read(size)
