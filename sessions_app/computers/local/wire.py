"""What host process and daemon say to each other: a length, then JSON, with file descriptors riding along.

Standard library only: this file is copied to where computers live and runs under the system's Python.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from collections.abc import Callable, Sequence
from typing import Any

Message = dict[str, Any]

HEADER = struct.Struct(">I")
FRAME_LIMIT_BYTES = 64 * 1024 * 1024


class Fault(Exception):
    """A refusal that travels: `name` is that of a class in `computers.errors`, or KeyError."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


class Frames:
    """One end of a connected unix socket. `received` gets messages and their descriptors."""

    def __init__(
        self,
        connection: socket.socket,
        *,
        received: Callable[[Message, list[int]], None],
        lost: Callable[[], None],
    ) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._received = received
        self._lost = lost
        self._sending = asyncio.Lock()
        self._buffer = bytearray()
        self._descriptors: list[int] = []
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connection, self._readable)

    async def send(self, message: Message, descriptors: Sequence[int] = ()) -> None:
        body = json.dumps({**message, "descriptors": len(descriptors)}).encode()
        data = HEADER.pack(len(body)) + body
        async with self._sending:
            if descriptors:
                data = data[await self._send_with(data, descriptors) :]
            await self._loop.sock_sendall(self._socket, data)

    async def _send_with(self, data: bytes, descriptors: Sequence[int]) -> int:
        while True:
            try:
                return socket.send_fds(self._socket, [data], list(descriptors))
            except BlockingIOError:
                await asyncio.sleep(0.005)

    def _readable(self) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._socket, 256 * 1024, 32, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        self._descriptors += descriptors
        self._buffer += data
        if not data or not self._take_frames():
            self.close()
            self._lost()

    def _take_frames(self) -> bool:
        """Hand on every whole frame. False when the other side does not keep to the protocol."""
        while len(self._buffer) >= HEADER.size:
            (length,) = HEADER.unpack_from(self._buffer)
            if length > FRAME_LIMIT_BYTES:
                return False
            end = HEADER.size + length
            if len(self._buffer) < end:
                return True
            message = json.loads(bytes(self._buffer[HEADER.size : end]))
            del self._buffer[:end]
            count = message.pop("descriptors")
            descriptors, self._descriptors = self._descriptors[:count], self._descriptors[count:]
            self._received(message, descriptors)
        return True

    def close(self) -> None:
        """Once or more often."""
        if self._socket.fileno() < 0:
            return
        self._loop.remove_reader(self._socket)
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.pop())
