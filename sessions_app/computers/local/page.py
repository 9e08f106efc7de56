"""Seeing a page, reading it, and acting on it by what a person would call the thing."""

from __future__ import annotations

import asyncio
import contextlib
import mimetypes
import time
from collections.abc import Iterator
from typing import Any, cast

from playwright.async_api import ElementHandle, FilePayload, Frame, Locator, Page, Request
from playwright.async_api import Error as PlaywrightError

from sessions_app.computers.errors import PageFailed
from sessions_app.computers.results import PageAction, PageText, PageView

SCHEMES = ("http", "https")
TEXT_BYTES = 64 * 1024
JPEG_QUALITY = 80
SHOT_MILLISECONDS = 10_000
READ_MILLISECONDS = 10_000
ALL_TEXT = "(document.body ? document.body.innerText : document.documentElement?.textContent) ?? ''"
IS_FILE_FIELD = "field => field.matches('input[type=file]')"
DOTS = "field => field.style.setProperty('-webkit-text-security', 'disc', 'important')"
FRAMES = 10
LOOK_SECONDS = 0.2
SETTLE_SECONDS = 0.15
ARRIVE_SECONDS = 5.0
OFFERED = 25
CLICKED_ROLES = ("button", "link", "textbox", "checkbox", "radio", "tab", "menuitem", "option", "combobox")
TYPED_ROLES = ("textbox", "searchbox", "combobox", "spinbutton")
SELECTED_ROLES = ("combobox", "listbox")
OFFERED_ROLES = (*CLICKED_ROLES, "searchbox", "spinbutton", "switch", "slider", "listbox")


def refuse_other_schemes(url: str) -> None:
    """Raises PageFailed for what is no address of the web."""
    scheme, _, rest = url.strip().partition(":")
    if scheme.lower() in SCHEMES and rest.startswith("//"):
        return
    if not rest or rest[0].isdigit():
        raise PageFailed(f"“{url[:200]}” is no whole address. Begin it with http:// or https://.")
    raise PageFailed(
        f"An address with “{scheme[:20]}:” is not opened here, only http and https. "
        "Read files with the file tools, or serve them with `python3 -m http.server`."
    )


async def view(page: Page, *, note: str) -> PageView:
    picture = await page.screenshot(type="jpeg", quality=JPEG_QUALITY, scale="css", timeout=SHOT_MILLISECONDS)
    size = page.viewport_size or {"width": 0, "height": 0}
    return PageView(page.url, await page.title(), picture, size["width"], size["height"], note)


async def read(page: Page) -> PageText:
    text = await page.evaluate(ALL_TEXT)
    outline = ""
    if await page.locator("body").count():
        outline = await page.locator("body").aria_snapshot(timeout=READ_MILLISECONDS)
    return PageText(page.url, await page.title(), _cut(text), _cut(outline))


def _cut(text: str) -> str:
    return text.encode(errors="replace")[:TEXT_BYTES].decode(errors="ignore")


async def do(page: Page, action: PageAction, *, timeout_seconds: float) -> None:
    """Raises PageFailed when the aim is not there, and what Playwright raises when it cannot be acted on."""
    deadline = time.monotonic() + timeout_seconds
    if action.kind == "click":
        await _click(page, action, deadline)
    elif action.kind == "type":
        await _type(page, action, deadline)
    elif action.kind == "press":
        await page.keyboard.press(action.key)
    elif action.kind == "scroll":
        await _scroll(page, action)
    elif action.kind == "select":
        await _select(page, action, deadline)
    elif action.kind == "upload":
        await _upload(page, action, deadline)


async def _click(page: Page, action: PageAction, deadline: float) -> None:
    if action.name:
        aim = await _find(page, action, CLICKED_ROLES, deadline)
        await aim.click(timeout=left(deadline))
    elif action.x is not None and action.y is not None:
        await page.mouse.click(action.x, action.y)
    else:
        raise PageFailed("A click needs a name, or x and y.")


async def _type(page: Page, action: PageAction, deadline: float) -> None:
    if action.name:
        aim = await _find(page, action, TYPED_ROLES, deadline)
        if action.secret:
            await aim.evaluate(DOTS, timeout=left(deadline))
        await aim.fill(action.text, timeout=left(deadline))
        await aim.focus(timeout=left(deadline))
    else:
        if action.x is not None and action.y is not None:
            await page.mouse.click(action.x, action.y)
        await page.keyboard.type(action.text)
    if action.submit:
        await page.keyboard.press("Enter")


async def _scroll(page: Page, action: PageAction) -> None:
    size = page.viewport_size or {"width": 0, "height": 0}
    middle = (size["width"] // 2, size["height"] // 2)
    x, y = (action.x, action.y) if action.x is not None and action.y is not None else middle
    await page.mouse.move(x, y)
    await page.mouse.wheel(action.dx, action.dy)


async def _select(page: Page, action: PageAction, deadline: float) -> None:
    aim = await _find(page, action, SELECTED_ROLES, deadline)
    labels = await aim.locator("option").all_inner_texts()
    if action.value not in [label.strip() for label in labels]:
        raise PageFailed(f"“{action.name}” has no “{action.value}”. It has: {', '.join(labels[:OFFERED])}.")
    await aim.select_option(label=action.value, timeout=left(deadline))


async def _upload(page: Page, action: PageAction, deadline: float) -> None:
    """Into a field for files, also one that is hidden behind what a person clicks."""
    kind = mimetypes.guess_type(action.value)[0] or "application/octet-stream"
    payload = FilePayload(name=action.value, mimeType=kind, buffer=action.file)
    aim = await _find(page, action, CLICKED_ROLES, deadline)
    if await aim.evaluate(IS_FILE_FIELD, timeout=left(deadline)):
        await aim.set_input_files(payload, timeout=left(deadline))
        return
    async with page.expect_file_chooser(timeout=left(deadline)) as asked:
        await aim.click(timeout=left(deadline))
    await (await asked.value).set_files(payload, timeout=left(deadline))


async def find(page: Page, action: PageAction, deadline: float) -> ElementHandle:
    """What an act names. Raises PageFailed when it is not there."""
    roles = TYPED_ROLES if action.kind == "type" else CLICKED_ROLES
    found = await _find(page, action, roles, deadline)
    return await found.element_handle(timeout=left(deadline))


async def _find(page: Page, action: PageAction, roles: tuple[str, ...], deadline: float) -> Locator:
    """The first visible thing of that name. Looks again until the time is up: the page may still draw it."""
    while True:
        for candidate in _candidates(page, action, roles):
            with contextlib.suppress(PlaywrightError):
                if await candidate.count() and await candidate.first.is_visible():
                    return candidate.first
        if time.monotonic() > deadline:
            named = f"{action.role} “{action.name}”" if action.role else f"“{action.name}”"
            raise PageFailed(f"There is no {named} on the page. {await offers(page)}")
        await asyncio.sleep(LOOK_SECONDS)


def _candidates(page: Page, action: PageAction, roles: tuple[str, ...]) -> Iterator[Locator]:
    """The exact name before a part of it, and things to act on before mere text."""
    for exact in (True, False):
        for frame in page.frames[:FRAMES]:
            yield from _named(frame, action, roles, exact=exact)


def _named(frame: Frame, action: PageAction, roles: tuple[str, ...], *, exact: bool) -> Iterator[Locator]:
    name = action.name
    for role in (action.role,) if action.role else roles:
        yield frame.get_by_role(cast(Any, role), name=name, exact=exact).filter(visible=True)
    if not action.role:
        yield frame.get_by_label(name, exact=exact).filter(visible=True)
        yield frame.get_by_placeholder(name, exact=exact).filter(visible=True)
        if roles is CLICKED_ROLES:
            yield frame.get_by_text(name, exact=exact).filter(visible=True)


def left(deadline: float) -> float:
    """Milliseconds, as Playwright counts; never 0, which it takes for “for ever”."""
    return max(100.0, (deadline - time.monotonic()) * 1000)


async def offers(page: Page) -> str:
    """What could be acted on instead, in a sentence."""
    try:
        outline = await page.locator("body").aria_snapshot(timeout=READ_MILLISECONDS)
    except PlaywrightError:
        return "The page cannot be read."
    lines = [line.strip().removeprefix("- ").rstrip(":") for line in outline.splitlines()]
    named = [line for line in lines if line.split(" ")[0] in OFFERED_ROLES and '"' in line]
    if not named:
        return "Nothing on it can be acted on."
    more = f", and {len(named) - OFFERED} more" if len(named) > OFFERED else ""
    return f"It has: {', '.join(named[:OFFERED])}{more}."


class Settling:
    """Notices whether an act leads the page elsewhere, so that one can wait until it has got there."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._leaving = False
        self._arrived = asyncio.Event()
        page.on("request", self._requested)
        page.on("requestfailed", self._ended)
        page.on("framenavigated", self._navigated)

    def _requested(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self._page.main_frame:
            self._leaving = True

    def _ended(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self._page.main_frame:
            self._arrived.set()

    def _navigated(self, frame: Frame) -> None:
        if frame == self._page.main_frame:
            self._arrived.set()

    async def settle(self) -> None:
        """Give what the act set off a moment to begin, then wait for it, within bounds."""
        await asyncio.sleep(SETTLE_SECONDS)
        with contextlib.suppress(TimeoutError):
            if self._leaving:
                await asyncio.wait_for(self._arrived.wait(), ARRIVE_SECONDS)
        self._page.remove_listener("request", self._requested)
        self._page.remove_listener("requestfailed", self._ended)
        self._page.remove_listener("framenavigated", self._navigated)
