"""A session's page in Chromium: where it is scrolled to, and waiting for what is pushed to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, expect

Write = Callable[[int], Awaitable[None]]
BOTTOM = (
    "(box => box.scrollHeight - box.scrollTop - box.clientHeight)(document.querySelector('[data-stick]'))"
)
TOP = "document.querySelector('[data-stick]').scrollTop"
AWAY = """() => {
    window.RealSocket = WebSocket;
    const nowhere = "ws://" + location.hostname + ":9/";
    window.WebSocket = class extends RealSocket { constructor() { super(nowhere); } };
}"""
CONNECTED = "document.querySelector('#session-socket')?._htmx?.ws?.connection?.socket?.readyState === 1"
STEPS = "document.querySelectorAll('#steps > .step').length"


async def until(page: Page, condition: str) -> None:
    """The page's own policy forbids Playwright's way of waiting, which evaluates strings."""
    for _ in range(200):
        if await page.evaluate(condition):
            return
        await page.wait_for_timeout(50)
    raise AssertionError(condition)


async def arrived(page: Page, number: int) -> None:
    await expect(page.locator("#steps summary code", has_text=f"echo {number}").last).to_be_attached()
    await page.wait_for_timeout(150)


async def scroll_up(page: Page, pixels: int) -> None:
    await page.evaluate(f"document.querySelector('[data-stick]').scrollBy(0, -{pixels})")
    await page.wait_for_timeout(100)


async def height_of(step: Locator) -> float:
    """How far down the page it begins."""
    box = await step.bounding_box()
    assert box
    return box["y"]
