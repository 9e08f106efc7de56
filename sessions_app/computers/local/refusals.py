"""Acts on a screen that are not possible, whatever the screen."""

from __future__ import annotations

from sessions_app.computers.actions import Action
from sessions_app.computers.results import Display


class ActRefused(Exception):
    """An act that is not possible. The text is for the person and the model alike."""


def refuse_beyond(display: Display, action: Action) -> None:
    """Raises ActRefused when a point of it is not on the display."""
    for x_name, y_name in (("x", "y"), ("x1", "y1"), ("x2", "y2")):
        x, y = getattr(action, x_name, 0), getattr(action, y_name, 0)
        if not (0 <= x < display.width and 0 <= y < display.height):
            size = f"{display.width} by {display.height} pixels"
            raise ActRefused(f"{x}, {y} is not on the screen, which has {size}.")


def no_key(key: str) -> ActRefused:
    return ActRefused(f"“{key[:40]}” is no key. Keys are spelled as in Enter, Control, ArrowDown, F5, a.")
