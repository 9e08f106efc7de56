"""Words that tools share when they tell a person what was done."""

from __future__ import annotations

_WORD_LIMIT = 80


def short(text: str) -> str:
    """On one line, cut after 80 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _WORD_LIMIT else f"{line[:_WORD_LIMIT]}…"


def direction(dx: int, dy: int) -> str:
    """Where a scroll by so many pixels leads."""
    if abs(dy) >= abs(dx):
        return "down" if dy > 0 else "up"
    return "right" if dx > 0 else "left"
