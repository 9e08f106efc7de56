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


async def relay(near: Stream, far: Stream, *, idle_seconds: float) -> int:
    """How many bytes came back from the far side."""
    moved = _Moved()
    outward = asyncio.ensure_future(_pump(near, far, moved, counted=False))
    inward = asyncio.ensure_future(_pump(far, near, moved, counted=True))
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
    return moved.received_bytes


class _Moved:
    def __init__(self) -> None:
        self.last = time.monotonic()
        self.received_bytes = 0


async def _pump(source: Stream, aim: Stream, moved: _Moved, *, counted: bool) -> None:
    try:
        while data := await source.reader.read(PIECE_BYTES):
            moved.last = time.monotonic()
            moved.received_bytes += len(data) if counted else 0
            aim.writer.write(data)
            await aim.writer.drain()
        if aim.writer.can_write_eof():
            aim.writer.write_eof()
    except OSError:
        aim.writer.close()
