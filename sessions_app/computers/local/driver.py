"""The Playwright driver of this process: a Node program of about 130 MB, started for the first browser."""

from __future__ import annotations

import asyncio

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, async_playwright

_drivers: dict[asyncio.AbstractEventLoop, asyncio.Task[Playwright]] = {}


async def playwright() -> Playwright:
    """The driver of this event loop, of which a process has one."""
    loop = asyncio.get_running_loop()
    if loop not in _drivers:
        _drivers[loop] = loop.create_task(async_playwright().start())
    return await asyncio.shield(_drivers[loop])


async def forget_dead_driver() -> None:
    """When its program has ended, so that the next one who asks starts another. One that lives stays."""
    driver = _drivers.get(asyncio.get_running_loop())
    if driver is not None:
        try:
            context = await (await driver).request.new_context()
            await context.dispose()
        except PlaywrightError:
            _drivers.pop(asyncio.get_running_loop(), None)


async def close_driver() -> None:
    """End it. Whoever asks for a browser afterwards starts another."""
    driver = _drivers.pop(asyncio.get_running_loop(), None)
    if driver is not None:
        await (await driver).stop()
