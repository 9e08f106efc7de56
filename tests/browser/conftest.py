from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.driving import DESKTOP, launched, sign_in
from tests.serving import Server, served


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, LIGHTCONE_SESSIONS_AT_ONCE="2") as running:
        yield running


@pytest.fixture
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(viewport=DESKTOP)
    context.set_default_timeout(20_000)
    yield context
    await context.close()


@pytest.fixture
async def page(context: BrowserContext, server: Server) -> Page:
    """A page of the owner, signed in by the link that the server printed."""
    page = await context.new_page()
    await sign_in(page, server)
    return page
