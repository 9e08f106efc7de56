"""Cutting text to a size, in bytes of UTF-8, with its beginning and its end kept."""

from __future__ import annotations

MODEL_TEXT_BYTES = 16 * 1024


def clip(text: str, limit_bytes: int = MODEL_TEXT_BYTES) -> str:
    """The text, or its first third and its end with a line between them that says how much is left out."""
    data = text.encode()
    if len(data) <= limit_bytes:
        return text
    return clip_bytes(data[: limit_bytes // 3], data[-(limit_bytes * 2 // 3 - 80) :], total_bytes=len(data))


def clip_bytes(head: bytes, tail: bytes, *, total_bytes: int) -> str:
    left_out = total_bytes - len(head) - len(tail)
    return f"{readable(head)}\n[… {left_out:,} bytes are left out here …]\n{readable(tail)}"


def clip_end(text: str, limit_bytes: int) -> str:
    """The beginning of the text."""
    data = text.encode()
    return text if len(data) <= limit_bytes else data[: limit_bytes - 4].decode(errors="ignore") + " …"


def readable(data: bytes) -> str:
    """Bytes as text; what is no UTF-8, and what no database holds, becomes a replacement character."""
    return data.decode(errors="replace").replace("\x00", "\ufffd")
