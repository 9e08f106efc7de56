"""The screen of a computer of kind desktop: its display, mouse and keyboard."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Sequence

from PIL import Image

from sessions_app.computers import actions, base
from sessions_app.computers.errors import ComputerLost, ComputerUnavailable

from . import rfb
from .address import short_address
from .connection import Connection
from .keys import keysym
from .places import Place
from .refusals import ActRefused, no_key, refuse_beyond

BUTTONS = {"left": 1, "middle": 2, "right": 3}
WHEEL_UP, WHEEL_DOWN, WHEEL_LEFT, WHEEL_RIGHT = 4, 5, 6, 7
NOTCH_PIXELS = 40  # that a turn of the wheel by one notch stands for
MOST_NOTCHES = 50
PRESS_SECONDS = 0.02
BETWEEN_KEYS_SECONDS = 0.004
DRAG_STEPS = 12
ON_KEYS = "[\n\t -~]+"  # what every keyboard has
PASTE_SECONDS = 2.0
QUIET_SECONDS = 0.15
SETTLE_SECONDS = 2.0
NO_PAGE = "A desktop has no tabs or addresses of its own: use the browser on it."
STARTED_AGAIN = "The screen had ended and was started again: programs that were open are gone."


class DesktopScreen(base.Screen):
    """Connects again by itself when the screen ended."""

    def __init__(self, place: Place, connection: Connection) -> None:
        self._place = place
        self._connection = connection
        self._screen: rfb.Screen | None = None
        self._acting = asyncio.Lock()
        self._note = ""

    async def connect(self) -> rfb.Screen:
        """Raises ComputerUnavailable when the desktop cannot be had, and ComputerLost."""
        if self._screen is None or self._screen.lost:
            if self._screen is not None:
                self._note = STARTED_AGAIN
                await self._screen.close()
            await self._connection.call("show")
            with short_address(self._place.run, "screen.sock") as address:
                self._screen = await rfb.Screen.open(address)
        return self._screen

    async def close(self) -> None:
        if self._screen is not None:
            await self._screen.close()

    async def look(self, *, quality: int | None = 80) -> actions.Picture:
        screen = await self.connect()
        try:
            await screen.look()
        except TimeoutError as error:
            raise ComputerUnavailable("The screen shows nothing.") from error
        size = screen.display
        data = await asyncio.to_thread(_encoded, bytes(screen.pixels), (size.width, size.height), quality)
        return actions.Picture(data, size.width, size.height, "image/jpeg" if quality else "image/png")

    async def act(self, action: actions.Action) -> actions.ActionResult:
        async with self._acting:
            try:
                if isinstance(action, actions.Screenshot):
                    return actions.ActionResult(result={"screenshot": await self.look()}, note=self._noted())
                screen = await self.connect()
                await self._do(screen, action)
                await screen.settle(quiet_seconds=QUIET_SECONDS, most_seconds=SETTLE_SECONDS)
            except ActRefused as error:
                return actions.ActionResult("EXECUTION_ERROR", str(error))
            except ComputerLost:
                if self._connection.lost:
                    raise
                return actions.ActionResult(
                    "EXECUTION_ERROR", "The screen ended. Look at it again to start it."
                )
        return actions.ActionResult(note=self._noted())

    def _noted(self) -> str:
        note, self._note = self._note, ""
        return note

    async def _do(self, screen: rfb.Screen, action: actions.Action) -> None:
        match action:
            case actions.Wait(ms):
                await asyncio.sleep(min(max(ms, 0), actions.WAIT_MILLISECONDS) / 1000)
            case actions.Type(text):
                await _type(screen, text[: actions.TYPED_CHARACTERS])
            case actions.KeyPress(keys):
                await _press_together(screen, [_known(key) for key in keys])
            case actions.KeyDown(key):
                await screen.key(_known(key), down=True)
            case actions.KeyUp(key):
                await screen.key(_known(key), down=False)
            case actions.GoToUrl() | actions.NewTab() | actions.SwitchTab() | actions.CloseTab():
                raise ActRefused(NO_PAGE)
            case actions.ListTabs() | actions.SetViewport():
                raise ActRefused(NO_PAGE)
            case _:
                await _with_the_mouse(screen, action)


async def _with_the_mouse(screen: rfb.Screen, action: actions.Action) -> None:
    refuse_beyond(screen.display, action)
    match action:
        case actions.Click(x, y, button):
            await _click(screen, x, y, BUTTONS[button])
        case actions.DoubleClick(x, y):
            await _click(screen, x, y, BUTTONS["left"])
            await _click(screen, x, y, BUTTONS["left"])
        case actions.RightClick(x, y):
            await _click(screen, x, y, BUTTONS["right"])
        case actions.MouseDown(x, y):
            await screen.move(x, y)
            await screen.press(x, y, BUTTONS["left"], down=True)
        case actions.MouseUp(x, y):
            await screen.press(x, y, BUTTONS["left"], down=False)
        case actions.Drag(x1, y1, x2, y2):
            await _drag(screen, (x1, y1), (x2, y2))
        case actions.Scroll(x, y, dx, dy):
            await screen.move(x, y)
            await _turn(screen, (x, y), dy, WHEEL_UP, WHEEL_DOWN)
            await _turn(screen, (x, y), dx, WHEEL_LEFT, WHEEL_RIGHT)


async def _click(screen: rfb.Screen, x: int, y: int, button: int) -> None:
    await screen.move(x, y)
    await screen.press(x, y, button, down=True)
    await asyncio.sleep(PRESS_SECONDS)
    await screen.press(x, y, button, down=False)
    await asyncio.sleep(PRESS_SECONDS)


async def _drag(screen: rfb.Screen, start: tuple[int, int], end: tuple[int, int]) -> None:
    (x1, y1), (x2, y2) = start, end
    await screen.move(x1, y1)
    await screen.press(x1, y1, BUTTONS["left"], down=True)
    for step in range(1, DRAG_STEPS + 1):
        await asyncio.sleep(PRESS_SECONDS)
        await screen.move(x1 + (x2 - x1) * step // DRAG_STEPS, y1 + (y2 - y1) * step // DRAG_STEPS)
    await asyncio.sleep(PRESS_SECONDS)
    await screen.press(x2, y2, BUTTONS["left"], down=False)


async def _turn(screen: rfb.Screen, at: tuple[int, int], pixels: int, back: int, forth: int) -> None:
    notches = min(-(-abs(pixels) // NOTCH_PIXELS), MOST_NOTCHES)
    for _ in range(notches):
        for down in (True, False):
            await screen.press(*at, forth if pixels > 0 else back, down=down)


async def _type(screen: rfb.Screen, text: str) -> None:
    """Key by key what a keyboard has, the rest by way of the clipboard.

    X could be given keys for it, but forgets none of them, has room for some hundred, and a program that is
    told of its first new key drops it.
    """
    for piece in re.findall(f"{ON_KEYS}|[^\n\t -~]+", text.replace("\r\n", "\n")):
        if re.match(ON_KEYS, piece):
            for character in piece:
                await _press_together(screen, [_known(character)])
                await asyncio.sleep(BETWEEN_KEYS_SECONDS)
        else:
            await screen.offer(piece)
            await _press_together(screen, [_known("Shift"), _known("Insert")])
            await screen.taken(most_seconds=PASTE_SECONDS)


async def _press_together(screen: rfb.Screen, keysyms: Sequence[int]) -> None:
    for one in keysyms:
        await screen.key(one, down=True)
    for one in reversed(keysyms):
        await screen.key(one, down=False)


def _known(key: str) -> int:
    if (number := keysym(key)) is None:
        raise no_key(key)
    return number


def _encoded(pixels: bytes, size: tuple[int, int], quality: int | None) -> bytes:
    picture = Image.frombuffer("RGB", size, pixels, "raw", "BGRX", 0, 1)
    written = io.BytesIO()
    if quality is None:
        picture.save(written, "PNG", compress_level=1)
    else:
        picture.save(written, "JPEG", quality=quality)
    return written.getvalue()
