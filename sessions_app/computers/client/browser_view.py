"""What a computer's browser shows, picture by picture, and a person's mouse and keyboard on it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sessions_app.computers.local.connection import Connection

from . import door
from .devtools import CallFailed, DevTools
from .door import NotRunning

JPEG_QUALITY = 55
WIDEST, TALLEST = 1280, 960
IN_FLIGHT = 3  # that Chromium sends before it waits for the first; all but one are never acknowledged
LOOK_SECONDS = 1.0  # which page is current, is for the worker to say


@dataclass(frozen=True)
class Frame:
    """A JPEG of a page whose viewport has `width` by `height` CSS pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Address:
    url: str
    title: str


@dataclass(frozen=True)
class Mouse:
    """`kind` as DevTools has it. Places are CSS pixels; `clicks` counts those of a press."""

    kind: Literal["mousePressed", "mouseReleased", "mouseMoved", "mouseWheel"]
    x: float
    y: float
    button: Literal["none", "left", "middle", "right"] = "none"
    clicks: int = 0
    dx: float = 0
    dy: float = 0
    modifiers: int = 0


@dataclass(frozen=True)
class Key:
    """A key that goes down or up. `text` is what it types, if anything; the rest is of `KeyboardEvent`."""

    kind: Literal["keyDown", "keyUp"]
    key: str
    code: str
    number: int
    text: str = ""
    modifiers: int = 0


class BrowserView:
    """Follows the current page. `pause_seconds` is waited between two pictures; change it at any time."""

    def __init__(self, devtools: DevTools, line: Connection, *, pause_seconds: float) -> None:
        self._devtools = devtools
        self._line = line
        self._target = ""
        self._page = ""  # its DevTools session
        self._frames = 0  # of this page so far
        self.pause_seconds = pause_seconds

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, root: Path, computer_id: str, *, pause_seconds: float) -> AsyncIterator[BrowserView]:
        """Raises NotRunning when the computer sleeps or no page was ever opened on it."""
        line = await door.connect(root, computer_id)
        try:
            endpoint = await line.call("open_browser")
            if endpoint is None:
                raise NotRunning
            async with DevTools.open(root, computer_id, endpoint[1]) as devtools:
                yield cls(devtools, line, pause_seconds=pause_seconds)
        finally:
            await line.close()

    async def shown(self) -> AsyncGenerator[Frame | Address, None]:
        """Pictures as the page changes, and its address as it does. Nothing while nothing changes."""
        address = None
        looked = 0.0
        while True:
            if time.monotonic() - looked > LOOK_SECONDS:
                looked = time.monotonic()
                await self._follow(str(await self._line.call("page")))
                if (now := await self._address()) != address and now is not None:
                    address = now
                    yield now
            event = await self._next_event()
            if event is None or event.get("sessionId") != self._page:
                continue
            if event["method"] == "Page.screencastFrame":
                yield await self._frame(event["params"])

    async def _next_event(self) -> dict[str, Any] | None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await self._devtools.event()
        except TimeoutError:
            return None

    async def _frame(self, given: dict[str, Any]) -> Frame:
        """The next one is drawn once this is acknowledged, which is what holds the browser back."""
        seen = given["metadata"]
        frame = Frame(base64.b64decode(given["data"]), int(seen["deviceWidth"]), int(seen["deviceHeight"]))
        page = self._page
        self._frames += 1
        if self._frames < IN_FLIGHT:
            return frame
        asyncio.get_running_loop().call_later(
            self.pause_seconds, lambda: asyncio.ensure_future(self._acknowledge(page, given["sessionId"]))
        )
        return frame

    async def _acknowledge(self, page: str, number: int) -> None:
        with contextlib.suppress(NotRunning, CallFailed):
            await self._devtools.call("Page.screencastFrameAck", to=page, sessionId=number)

    async def _follow(self, target: str) -> None:
        if not target or target == self._target:
            return
        with contextlib.suppress(CallFailed):
            if self._page:
                await self._devtools.call("Target.detachFromTarget", sessionId=self._page)
        try:
            attached = await self._devtools.call("Target.attachToTarget", targetId=target, flatten=True)
            self._target, self._page, self._frames = target, str(attached["sessionId"]), 0
            await self._devtools.call(
                "Page.startScreencast",
                to=self._page,
                format="jpeg",
                quality=JPEG_QUALITY,
                maxWidth=WIDEST,
                maxHeight=TALLEST,
            )
        except CallFailed:
            self._target = self._page = ""  # it was closed meanwhile: look again

    async def _address(self) -> Address | None:
        if not self._target:
            return None
        try:
            info = (await self._devtools.call("Target.getTargetInfo", targetId=self._target))["targetInfo"]
        except CallFailed:
            return None
        return Address(str(info.get("url", ""))[:2000], str(info.get("title", ""))[:500])

    async def mouse(self, act: Mouse) -> None:
        """Raises NotRunning. A page that is gone takes nothing."""
        wheel = {"deltaX": act.dx, "deltaY": act.dy} if act.kind == "mouseWheel" else {}
        await self._input(
            "Input.dispatchMouseEvent",
            type=act.kind,
            x=act.x,
            y=act.y,
            button=act.button,
            clickCount=act.clicks,
            modifiers=act.modifiers,
            **wheel,
        )

    async def key(self, act: Key) -> None:
        """Raises NotRunning."""
        typed = {"text": act.text} if act.text and act.kind == "keyDown" else {}
        await self._input(
            "Input.dispatchKeyEvent",
            type=act.kind if typed or act.kind == "keyUp" else "rawKeyDown",
            key=act.key,
            code=act.code,
            windowsVirtualKeyCode=act.number,
            modifiers=act.modifiers,
            **typed,
        )

    async def insert(self, text: str) -> None:
        """Type a text at once, as an input method or the clipboard does. Raises NotRunning."""
        await self._input("Input.insertText", text=text)

    async def _input(self, method: str, **given: Any) -> None:
        if self._page:
            with contextlib.suppress(CallFailed):
                await self._devtools.call(method, to=self._page, **given)
