"""What the page tools share: doing one thing in the browser, and showing what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from sessions_app.agents.ports import Desk, StepState, ToolResult, Written
from sessions_app.computers.base import Browser, Computer
from sessions_app.computers.errors import ComputerLost, ComputerUnavailable, PageFailed
from sessions_app.computers.results import PageView

from .base import failure
from .clipping import clip_end

_TEXT_BYTES = 3 * 1024
_INTERRUPTED = (
    "This was interrupted, and it is not known whether the page took it. It was not done again. "
    "Use read_page to see how things stand, or open the page anew."
)
_LOST = (
    "The computer was restarted meanwhile. The files in /workspace are kept; the open page and running "
    "programs are gone. Start what you need again, then open the page."
)


async def do_in_browser(
    desk: Desk,
    computer: Computer,
    state: StepState,
    act: Callable[[Browser], Awaitable[PageView]],
    *,
    tool: str,
) -> ToolResult:
    """Act on the page of a step that is open, and show the page. What was begun before is not repeated."""
    if state is not StepState.NEW:
        return failure(tool, _INTERRUPTED, step_is_open=True)
    began = time.monotonic()
    try:
        browser = await browser_of(computer)
        view = await act(browser)
        seconds = time.monotonic() - began
        text = await _text_of(browser)
    except PageFailed as failed:
        return failure(tool, str(failed), step_is_open=True)
    except ComputerLost:
        return failure(tool, _LOST, step_is_open=True)
    return await _shown(desk, view, text, seconds=seconds)


async def browser_of(computer: Computer) -> Browser:
    """A computer without a browser is still a computer. Raises PageFailed, ComputerLost."""
    try:
        return await computer.browser()
    except ComputerUnavailable as missing:
        raise PageFailed(str(missing)) from missing


async def _text_of(browser: Browser) -> str:
    try:
        return clip_end((await browser.read()).text.strip(), _TEXT_BYTES)
    except PageFailed as failed:
        return f"(Its text could not be read: {failed})"


async def _shown(desk: Desk, view: PageView, text: str, *, seconds: float) -> ToolResult:
    event = Written(
        "page_shown",
        {
            "url": view.url[:2000],
            "title": view.title[:500],
            "screenshot": await desk.keep(view.screenshot, picture=True),
            "width": view.width,
            "height": view.height,
            "seconds": round(seconds, 3),
            "note": view.note[:500],
        },
        follows=True,
    )
    lines = (f"Page: {view.title} ({view.url})", view.note, "Text of the page:", text or "(none)")
    image = await asyncio.to_thread(desk.sight.shown, view.screenshot, view.width, view.height)
    return ToolResult("\n".join(line for line in lines if line), image=image, events=(event,))
