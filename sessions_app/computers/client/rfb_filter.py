"""What a viewer sends to a desktop's screen, message by message: RFC 6143, 7.5.

Looking is for everybody, acting only for who has control.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GREETING_BYTES = 12 + 1 + 1  # version, kind of security, whether others may stay
SET_PIXEL_FORMAT, SET_ENCODINGS, ASK_FOR_UPDATE, KEY, POINTER, CLIPBOARD = 0, 2, 3, 4, 5, 6
CONTINUOUS_UPDATES, FENCE, DESKTOP_SIZE, QEMU = 150, 248, 251, 255
FIXED = {SET_PIXEL_FORMAT: 20, ASK_FOR_UPDATE: 10, KEY: 8, POINTER: 6, CONTINUOUS_UPDATES: 10, QEMU: 12}
ACTS = frozenset({KEY, POINTER, CLIPBOARD, DESKTOP_SIZE, QEMU})
MOST_BYTES = 1024 * 1024
PRINTABLE = range(0x20, 0x100)
UNICODE = 0x01000000
NAMED_KEYS = {0xFF0D: "Enter", 0xFF09: "Tab", 0xFF1B: "Escape", 0xFF08: "Backspace", 0xFFFF: "Delete"}


class NotRfb(Exception):
    """The viewer does not speak RFB."""


@dataclass
class Filter:
    """`feed` answers what may pass. `acts` gathers, in words, what the viewer did."""

    acts: list[str] = field(default_factory=list)
    _greeting: int = GREETING_BYTES
    _rest: bytes = b""
    _buttons: int = 0

    def acts_next(self, data: bytes) -> bool:
        """Whether what comes now begins with an act."""
        return not self._greeting and not self._rest and data[:1] != b"" and data[0] in ACTS

    def feed(self, data: bytes, *, may_act: bool) -> bytes:
        """Raises NotRfb."""
        data, passed = self._rest + data, b""
        if self._greeting:
            passed, data = data[: self._greeting], data[self._greeting :]
            self._greeting -= len(passed)
        while data and (length := _length(data)) is not None and length <= len(data):
            message, data = data[:length], data[length:]
            if message[0] not in ACTS:
                passed += message
            elif may_act and message[0] != DESKTOP_SIZE:
                passed += message
                self._note(message)
        self._rest = data
        return passed

    def _note(self, message: bytes) -> None:
        if message[0] == POINTER:
            pressed = message[1] & ~self._buttons
            self._buttons = message[1]
            x, y = int.from_bytes(message[2:4], "big"), int.from_bytes(message[4:6], "big")
            if pressed & 0b111:
                self.acts.append(f"clicked at {x}, {y}")
            elif pressed:
                self.acts.append("scrolled")
        elif (message[0] == KEY and message[1]) or (message[0] == QEMU and message[3]):
            self._note_key(int.from_bytes(message[4:8], "big"))

    def _note_key(self, keysym: int) -> None:
        if keysym in PRINTABLE or keysym > UNICODE:
            self.acts.append("typed")
        elif keysym in NAMED_KEYS:
            self.acts.append(f"pressed {NAMED_KEYS[keysym]}")


def _length(data: bytes) -> int | None:
    """Of the message that begins here; None while too little of it has come."""
    kind = data[0]
    if kind in FIXED:
        return FIXED[kind]
    if kind == SET_ENCODINGS:
        return None if len(data) < 4 else 4 + 4 * int.from_bytes(data[2:4], "big")
    if kind == CLIPBOARD:
        return None if len(data) < 8 else 8 + _bounded(abs(int.from_bytes(data[4:8], "big", signed=True)))
    if kind == FENCE:
        return None if len(data) < 9 else 9 + data[8]
    if kind == DESKTOP_SIZE:
        return None if len(data) < 8 else 8 + 16 * data[6]
    raise NotRfb(f"an unknown message {kind}")


def _bounded(length: int) -> int:
    if length > MOST_BYTES:
        raise NotRfb("too long a text")
    return length
