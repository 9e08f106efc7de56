from __future__ import annotations

import asyncio
import contextlib
import json
import math
from typing import Any

from django.conf import settings

from sessions_app.computers.client.browser_view import BrowserView, Frame, Key, Mouse
from sessions_app.computers.client.door import NotRunning
from sessions_app.models import Computer, ComputerKind, Takeover

from .computer_socket import ComputerSocket

PAUSE_SECONDS = 0.3  # between two pictures that somebody watches
ACTING_PAUSE_SECONDS = 0.1
HIDDEN_PAUSE_SECONDS = 1.0
MOST_UNDRAWN = 2
TEXT_LIMIT = 10_000
BUTTONS = ("left", "middle", "right")
MOST_PIXELS = 10_000
KEPT_TO_THEMSELVES = frozenset({"Shift", "Control", "Alt", "Meta"})


class BrowserSocket(ComputerSocket):
    """A picture is {"width", "height"} and then its JPEG; an address {"url", "title"}.

    The page says {"t": "drawn"} to each picture: one that is slow is sent fewer.
    """

    kind = ComputerKind.BROWSER
    view: BrowserView | None = None
    hidden = False
    _newest: Frame | None = None
    _undrawn = 0

    async def show(self, computer: Computer) -> None:
        opened = BrowserView.open(
            settings.COMPUTERS_DIR, computer.uuid.hex, pause_seconds=self._pause_seconds
        )
        async with opened as self.view:
            await self.tell(state="live")
            try:
                async with contextlib.aclosing(self.view.shown()) as shown:
                    async for one in shown:
                        if isinstance(one, Frame):
                            self._newest = one
                            await self._send_newest()
                        else:
                            await self.tell(url=one.url, title=one.title)
            finally:
                self.view = None

    async def _send_newest(self) -> None:
        """A page that has not drawn the last pictures yet is sent the newest once it has."""
        if self._newest is not None and self._undrawn < MOST_UNDRAWN:
            frame, self._newest = self._newest, None
            self._undrawn += 1
            await self.tell(width=frame.width, height=frame.height)
            await self.send(bytes_data=frame.data)

    async def control_changed(self) -> None:
        if self.view is not None:
            self.view.pause_seconds = self._pause_seconds

    @property
    def _pause_seconds(self) -> float:
        if self.hidden:
            return HIDDEN_PAUSE_SECONDS
        return ACTING_PAUSE_SECONDS if self.taken else PAUSE_SECONDS

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            told: dict[str, Any] = json.loads(text_data or "{}")
            if told.get("t") == "drawn":
                self._undrawn = max(0, self._undrawn - 1)
                await self._send_newest()
            elif told.get("t") == "hidden":
                self.hidden = bool(told.get("hidden"))
                if self.view is not None:
                    self.view.pause_seconds = self._pause_seconds
            elif self.taken is not None and self.view is not None:
                await self._act(told, self.view, self.taken)
        except (ValueError, TypeError, KeyError, AttributeError):
            return  # no page of ours says such things
        except (NotRunning, asyncio.CancelledError):
            return

    async def _act(self, told: dict[str, Any], view: BrowserView, taken: Takeover) -> None:
        """{"t": "mouse", …} · {"t": "key", …} · {"t": "text", …}"""
        if told["t"] == "mouse":
            act = _mouse(told)
            await view.mouse(act)
            if act.kind == "mousePressed":
                await self.acts.note(taken, [f"clicked at {act.x:.0f}, {act.y:.0f}"])
            elif act.kind == "mouseWheel":
                await self.acts.note(taken, ["scrolled"])
        elif told["t"] == "key":
            key = _key(told)
            await view.key(key)
            if key.kind == "keyDown" and key.key not in KEPT_TO_THEMSELVES:
                # What was typed is nobody's business: it may be a password.
                await self.acts.note(taken, ["typed" if len(key.key) == 1 else f"pressed {key.key}"])
        elif told["t"] == "text":
            await view.insert(str(told["text"])[:TEXT_LIMIT])
            await self.acts.note(taken, ["typed"])


def _mouse(told: dict[str, Any]) -> Mouse:
    kinds = {"down": "mousePressed", "up": "mouseReleased", "move": "mouseMoved", "wheel": "mouseWheel"}
    button = told.get("button")
    return Mouse(
        kinds[told["kind"]],  # type: ignore[arg-type]
        x=_pixels(told["x"]),
        y=_pixels(told["y"]),
        button=BUTTONS[button] if button in (0, 1, 2) else "none",  # type: ignore[arg-type]
        clicks=min(max(int(told.get("clicks", 0)), 0), 3),
        dx=_pixels(told.get("dx", 0)),
        dy=_pixels(told.get("dy", 0)),
        modifiers=int(told.get("modifiers", 0)) & 0b1111,
    )


def _key(told: dict[str, Any]) -> Key:
    key = str(told["key"])[:32]
    return Key(
        "keyDown" if told["kind"] == "down" else "keyUp",
        key=key,
        code=str(told.get("code", ""))[:32],
        number=int(told.get("number", 0)) & 0xFF,
        text="\r"
        if key == "Enter"
        else key
        if len(key) == 1 and not told.get("modifiers", 0) & 0b110
        else "",
        modifiers=int(told.get("modifiers", 0)) & 0b1111,
    )


def _pixels(number: Any) -> float:
    return min(max(float(number), -MOST_PIXELS), MOST_PIXELS) if math.isfinite(number) else 0.0
