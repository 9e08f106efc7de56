"""Driving the dashboard in a real Chromium, as a person would."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright

from tests.serving import Server

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """The Chromium that is on PATH, as set-up left it there."""
    found = (shutil.which(name) for name in ("chromium", "chromium-headless-shell", "google-chrome"))
    path = next((name for name in found if name), None)
    assert path, "No Chromium on PATH. Run `make setup`."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def sign_in(page: Page, server: Server) -> None:
    """By the link that the server printed."""
    await page.goto(server.link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/sessions/")


async def dispatch(page: Page, server: Server, agent: str, text: str) -> str:
    """Give an agent work; the address of the session."""
    await page.goto(f"{server.origin}/agents/{agent}/")
    await page.get_by_role("textbox", name="What should").fill(text)
    await page.get_by_role("button", name="Start session").click()
    await page.wait_for_url("**/s/*/")
    return page.url


def badge(page: Page) -> Locator:
    """The status of the session that the page shows."""
    return page.locator("header.bar .badge")
