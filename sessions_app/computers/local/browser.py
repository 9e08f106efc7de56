"""The browser of a local computer: opening pages, acting on them, reading them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Response
from playwright.async_api import TimeoutError as PlaywrightTimeout

from sessions_app.computers import base
from sessions_app.computers.errors import PageFailed
from sessions_app.computers.results import Aim, PageAction, PageText, PageView

from . import page as pages
from .aim import aim
from .connection import Connection
from .tabs import Tabs, first_line

BLANK = "about:blank"
BUSY_SECONDS = 20.0  # a page that runs a script for ever answers nothing
FORBIDDEN = "The network policy of this computer forbids it"
NAMED_HOSTS = 5
INTERRUPTED_PAUSES = (0.2, 0.5, 1.0)
INTERRUPTED = "interrupted by another navigation"
EGRESS_MARK = "x-computer-egress"


class LocalBrowser(base.Browser):
    def __init__(self, tabs: Tabs, connection: Connection) -> None:
        self._tabs = tabs
        self._connection = connection

    async def _open_page(self) -> Page:
        page = await self._tabs.current()
        if page.url == BLANK:
            raise PageFailed("No page is open. Open one first.")
        return page

    async def open(self, url: str, *, timeout_seconds: float = 30) -> PageView:
        pages.refuse_other_schemes(url)
        seen = await self._last_connection()
        deadline = time.monotonic() + timeout_seconds
        async with self._answering(timeout_seconds):
            page = await self._tabs.current()
            try:
                response = await _go(page, url, deadline)
            except PlaywrightTimeout as error:
                raise PageFailed(f"{url} did not answer within {timeout_seconds:g} seconds.") from error
            except PlaywrightError as error:
                if "Download is starting" in error.message:
                    return await self._view("The address is a download, not a page.")
                raise PageFailed(await self._why_failed(url, error, after=seen)) from error
            if response is not None and EGRESS_MARK in response.headers:
                raise PageFailed(f"{url} was not opened. {(await response.text()).strip()}")
            await self._loaded(page, deadline)
            await self._note_unlisted(after=seen)
            return await self._view(_status_note(response))

    async def aim(self, action: PageAction, *, timeout_seconds: float = 10) -> Aim | None:
        async with self._answering(timeout_seconds):
            return await aim(await self._open_page(), action, timeout_seconds=timeout_seconds)

    async def act(self, action: PageAction, *, timeout_seconds: float = 10) -> PageView:
        seen = await self._last_connection()
        deadline = time.monotonic() + timeout_seconds
        async with self._answering(timeout_seconds):
            page = await self._open_page()
            settling = pages.Settling(page)
            self._tabs.dialog = action.dialog
            try:
                await pages.do(page, action, timeout_seconds=timeout_seconds)
            except PlaywrightTimeout as error:
                offers = await pages.offers(page)
                raise PageFailed(f"That was not possible in {timeout_seconds:g} seconds. {offers}") from error
            await settling.settle()
            self._tabs.dialog = None
            page = await self._tabs.current()
            await self._loaded(page, deadline)
            if page.url.startswith("chrome-error:"):
                await self._note_refusals(after=seen)
            else:
                await self._note_unlisted(after=seen)
            return await self._view("")

    async def read(self) -> PageText:
        async with self._answering(0):
            return await pages.read(await self._open_page())

    @contextlib.asynccontextmanager
    async def _answering(self, timeout_seconds: float) -> AsyncIterator[None]:
        """Raises PageFailed for whatever Playwright says, and when the page is too busy to answer."""
        try:
            async with asyncio.timeout(timeout_seconds + BUSY_SECONDS):
                yield
        except (TimeoutError, PlaywrightTimeout) as error:
            await self._tabs.abandon()
            raise PageFailed("The page is too busy to answer and was closed.") from error
        except PlaywrightError as error:
            raise PageFailed(f"That did not work on this page: {first_line(error)}") from error

    async def _last_connection(self) -> int:
        records = await self._connection.call("egress", after=0)
        return max((record["number"] for record in records), default=0)

    async def _why_failed(self, url: str, error: PlaywrightError, *, after: int) -> str:
        """What the proxy says, which knows better than the browser why a connection failed."""
        host = urlsplit(url).hostname or ""
        for record in reversed(await self._connection.call("egress", after=after)):
            if record["refusal"]:
                return f"{record['host']} was not opened. {FORBIDDEN}: {record['refusal']}."
            if record["error"] and record["host"] == host:
                return f"{url} was not opened. {record['error']}"
        return f"{url} was not opened: {first_line(error).removeprefix('Page.goto: ')}."

    async def _note_refusals(self, *, after: int) -> None:
        for record in await self._connection.call("egress", after=after):
            if record["refusal"]:
                self._tabs.notes.append(f"{FORBIDDEN}: {record['refusal']}.")

    async def _note_unlisted(self, *, after: int) -> None:
        """Parts of a page that come from elsewhere are missing without a word otherwise."""
        records = await self._connection.call("egress", after=after)
        hosts = list(dict.fromkeys(record["host"] for record in records if record["unlisted"]))
        if hosts:
            more = f" and {len(hosts) - NAMED_HOSTS} more" if len(hosts) > NAMED_HOSTS else ""
            named = f"{', '.join(hosts[:NAMED_HOSTS])}{more}"
            self._tabs.notes.append(f"Not loaded, as it may not be reached: {named}.")

    async def _loaded(self, page: Page, deadline: float) -> None:
        try:
            await page.wait_for_load_state("load", timeout=pages.left(deadline))
        except PlaywrightTimeout:
            self._tabs.notes.append("The page had not finished loading.")
        except PlaywrightError:
            if not page.is_closed():
                raise

    async def _view(self, note: str) -> PageView:
        page = await self._tabs.current()
        return await pages.view(page, note=" ".join(filter(None, [note, self._tabs.take_notes()])))


async def _go(page: Page, url: str, deadline: float) -> Response | None:
    """Again when the error page of an earlier failure, or a page that forwards itself, comes in between."""
    for pause_seconds in INTERRUPTED_PAUSES:
        try:
            return await page.goto(url, wait_until="commit", timeout=pages.left(deadline))
        except PlaywrightError as error:
            if INTERRUPTED not in error.message:
                raise
        await asyncio.sleep(pause_seconds)
    return await page.goto(url, wait_until="commit", timeout=pages.left(deadline))


def _status_note(response: Response | None) -> str:
    if response is None or response.status < 400:
        return ""
    return f"The page answered {response.status} {response.status_text}".strip() + "."
