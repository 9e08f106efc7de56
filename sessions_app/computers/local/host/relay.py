"""Bytes from one connection to another, both ways, until both have ended or nothing has moved for long."""

from __future__ import annotations

import asyncio
import time

PIECE_BYTES = 64 * 1024
LOOK_SECONDS = 30.0
HALF_CLOSED_SECONDS = 30.0


class Stream:
    """A connection's two halves."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer


async def relay(near: Stream, far: Stream, *, idle_seconds: float) -> tuple[int, int]:
    """How many bytes went to the far side, and how many came back."""
    moved = _Moved()
    outward = asyncio.ensure_future(_pump(near, far, moved, inward=False))
    inward = asyncio.ensure_future(_pump(far, near, moved, inward=True))
    pumps = {outward, inward}
    try:
        while pumps:
            _, pumps = await asyncio.wait(pumps, timeout=LOOK_SECONDS)
            allowed = HALF_CLOSED_SECONDS if len(pumps) == 1 else idle_seconds
            if time.monotonic() - moved.last > allowed:
                break
    finally:
        outward.cancel()
        inward.cancel()
        far.writer.close()
        near.writer.close()
    return moved.sent_bytes, moved.received_bytes


class _Moved:
    def __init__(self) -> None:
        self.last = time.monotonic()
        self.sent_bytes = self.received_bytes = 0


async def _pump(source: Stream, aim: Stream, moved: _Moved, *, inward: bool) -> None:
    try:
        while data := await source.reader.read(PIECE_BYTES):
            moved.last = time.monotonic()
            if inward:
                moved.received_bytes += len(data)
            else:
                moved.sent_bytes += len(data)
            aim.writer.write(data)
            await aim.writer.drain()
        if aim.writer.can_write_eof():
            aim.writer.write_eof()
    except OSError:
        aim.writer.close()
