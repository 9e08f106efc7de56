"""A command's output while it comes: its beginning and its end, however long it gets."""

from __future__ import annotations

from sessions_app.computers.base import OUTPUT_HEAD_BYTES, OUTPUT_TAIL_BYTES

from .clipping import clip_bytes, readable


class KeptOutput:
    """The first 64 KiB and the last 1 MiB. `total_bytes` counts all there was."""

    def __init__(self) -> None:
        self.total_bytes = 0
        self._head = bytearray()
        self._tail = bytearray()

    def add(self, data: bytes, *, offset: int) -> None:
        """A piece at its place. What lies between the pieces is counted, and lost."""
        self.total_bytes = max(self.total_bytes, offset)
        room = max(0, OUTPUT_HEAD_BYTES - self.total_bytes)
        self._head += data[:room]
        self._tail += data[room:]
        self.total_bytes += len(data)
        if len(self._tail) > 2 * OUTPUT_TAIL_BYTES:
            del self._tail[:-OUTPUT_TAIL_BYTES]

    def kept(self) -> bytes:
        """All that is kept, with a line where bytes are missing."""
        tail = bytes(self._tail[-OUTPUT_TAIL_BYTES:])
        left_out = self.total_bytes - len(self._head) - len(tail)
        gap = f"\n[… {left_out:,} bytes are left out here …]\n".encode() if left_out > 0 else b""
        return bytes(self._head) + gap + tail

    def text(self, limit_bytes: int) -> str:
        """As text of about that size: all of it, or its first third and its end."""
        if self.total_bytes <= limit_bytes:
            return readable(bytes(self._head + self._tail))
        tail = self.ending(limit_bytes * 2 // 3)
        return clip_bytes(bytes(self._head[: limit_bytes // 3]), tail, total_bytes=self.total_bytes)

    def ending(self, limit_bytes: int) -> bytes:
        missing = limit_bytes - len(self._tail)
        head = self._head[-missing:] if missing > 0 else b""
        return bytes(head + self._tail[-limit_bytes:])
