"""The clipboard of a screen in Unicode: the “extended clipboard” of RFB, as TigerVNC and noVNC speak it.

https://github.com/rfbproto/rfbproto, “Extended Clipboard Pseudo-Encoding”. Only text is passed, and only to
the screen: what is copied there is never asked for.
"""

from __future__ import annotations

import struct
import zlib

ENCODING = -0x3F5E1A32  # 0xC0A1E5CE as a signed number
TEXT = 1
CAPABILITIES, REQUEST, NOTIFY, PROVIDE = 1 << 24, 1 << 25, 1 << 27, 1 << 28


def capabilities() -> bytes:
    """That we can be asked for text, and are told of none."""
    return _message(struct.pack(">II", CAPABILITIES | REQUEST | NOTIFY | PROVIDE | TEXT, 0))


def announced() -> bytes:
    """There is a text to be had."""
    return _message(struct.pack(">I", NOTIFY | TEXT))


def provided(text: str) -> bytes:
    data = text.replace("\n", "\r\n").encode() + b"\0"
    return _message(struct.pack(">I", PROVIDE | TEXT) + zlib.compress(struct.pack(">I", len(data)) + data))


def asks_for_text(message: bytes) -> bool:
    flags = int.from_bytes(message[:4], "big")
    return bool(flags & REQUEST and flags & TEXT)


def _message(body: bytes) -> bytes:
    """ClientCutText, whose length is negative where it is one of these."""
    return struct.pack(">Bxxxi", 6, -len(body)) + body
