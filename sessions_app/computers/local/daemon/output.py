"""A command's output: stdout and stderr under one offset. The first 64 KiB and the last 1 MiB are kept."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

HEAD_BYTES = 64 * 1024
TAIL_BYTES = 1024 * 1024
SHORT_TAIL_BYTES = 64 * 1024
PIECE_BYTES = 64 * 1024
TAIL_PIECES = 4096  # so that bytes written one by one to both streams cannot fill the memory


@dataclass
class Piece:
    offset: int
    stream: str
    data: bytearray

    @property
    def end(self) -> int:
        return self.offset + len(self.data)


class OutputLog:
    def __init__(self) -> None:
        self.total_bytes = 0
        self._head: list[Piece] = []
        self._tail: deque[Piece] = deque()
        self._tail_bytes = 0
        self._grown = asyncio.Event()

    def add(self, stream: str, data: bytes) -> None:
        room = max(0, HEAD_BYTES - self.total_bytes)
        if data[:room]:
            self._append(self._head, stream, data[:room])
        for start in range(room, len(data), PIECE_BYTES):
            part = data[start : start + PIECE_BYTES]
            self._append(self._tail, stream, part)
            self._tail_bytes += len(part)
            self._drop(TAIL_BYTES)
        self.wake()

    def _append(self, pieces: list[Piece] | deque[Piece], stream: str, data: bytes) -> None:
        last = pieces[-1] if pieces else None
        if last is not None and last.stream == stream and len(last.data) + len(data) <= PIECE_BYTES:
            last.data += data
        else:
            pieces.append(Piece(self.total_bytes, stream, bytearray(data)))
        self.total_bytes += len(data)

    def _drop(self, limit_bytes: int) -> None:
        tail = self._tail
        while tail and (self._tail_bytes - len(tail[0].data) >= limit_bytes or len(tail) > TAIL_PIECES):
            self._tail_bytes -= len(tail.popleft().data)

    def shorten(self) -> None:
        """Keep less of a command that ended long ago."""
        self._drop(SHORT_TAIL_BYTES)

    def wake(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()

    async def grown(self, timeout_seconds: float) -> None:
        """Wait for more output or `wake`; at most so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._grown.wait(), timeout_seconds)

    def read(self, offset: int, limit_bytes: int) -> list[Piece]:
        """What is kept from `offset` on, cut to the limit."""
        found: list[Piece] = []
        for piece in self._kept():
            if piece.end <= offset:
                continue
            skipped = max(0, offset - piece.offset)
            data = piece.data[skipped : skipped + limit_bytes]
            found.append(Piece(piece.offset + skipped, piece.stream, data))
            limit_bytes -= len(data)
            if limit_bytes <= 0:
                break
        return found

    def _kept(self) -> Iterator[Piece]:
        yield from self._head
        yield from self._tail
