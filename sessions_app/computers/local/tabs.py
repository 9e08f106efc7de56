"""The pages that a computer's browser has open, and the way to them. One of them is current."""

from __future__ import annotations

import asyncio
import contextlib

from playwright.async_api import Browser as Chromium
from playwright.async_api import CDPSession, Dialog, Download, FileChooser, Page, ViewportSize
from playwright.async_api import Error as PlaywrightError

from sessions_app.computers.actions import MAX_TABS, Tab
from sessions_app.computers.errors import ComputerLost, ComputerUnavailable, PageFailed
from sessions_app.computers.results import ComputerSpec, Display

from .address import SocketAddress
from .connection import Connection
from .driver import forget_dead_driver, playwright
from .places import Place

DOWNLOADS = "/workspace/downloads"
CONNECT_MILLISECONDS = 30_000
CLOSE_SECONDS = 2.0
BROWSER_CURE = "apt-get install chromium-headless-shell"


class Tabs:
    """Connects again by itself when the browser, or the way to it, was lost."""

    def __init__(self, place: Place, spec: ComputerSpec, connection: Connection) -> None:
        self.notes: list[str] = []  # what happened unasked, in sentences
        self.acting = asyncio.Lock()
        self.dialog: str | None = None  # what one that opens is accepted with; None: it is dismissed
        self.display = Display(spec.width, spec.height)
        self._spec = spec
        self._connection = connection
        self._address = SocketAddress(place.run, "browser.sock")
        self._connecting = asyncio.Lock()
        self._chromium: Chromium | None = None
        self._devtools: CDPSession | None = None
        self._current: Page | None = None
        self._told: Page | None = None  # which page the host process knows to be current

    async def connect(self) -> Chromium:
        """Raises ComputerUnavailable when there is no browser."""
        async with self._connecting:
            if self._chromium is None or not self._chromium.is_connected():
                try:
                    _, path = await self._connection.call("browser")
                except ComputerUnavailable as error:
                    raise ComputerUnavailable(str(error), cure=BROWSER_CURE) from error
                self._chromium = await self._reach(path)
                await self._take_over(self._chromium)
            return self._chromium

    async def _reach(self, path: str) -> Chromium:
        self._address.close()
        endpoint = f"ws+unix:{self._address.open()}:{path}"
        try:
            return await _over_devtools(endpoint)
        except PlaywrightError:
            await forget_dead_driver()
        try:
            return await _over_devtools(endpoint)
        except PlaywrightError as error:
            raise ComputerLost(f"The browser could not be reached: {first_line(error)}") from error

    async def _take_over(self, chromium: Chromium) -> None:
        context = chromium.contexts[0]
        self._devtools = await chromium.new_browser_cdp_session()
        self._current = None
        context.on("page", self._opened)
        for page in context.pages:
            self._opened(page)
        left = await self._connection.call("page")
        for page in context.pages:
            if await _target(page) == left:
                self._current = page

    def _opened(self, page: Page) -> None:
        self._current = page
        page.on("close", self._closed)
        page.on("dialog", self._answer)
        page.on("download", self._downloading)
        page.on("filechooser", self._asked_for_a_file)

    def _closed(self, page: Page) -> None:
        if page is self._current:
            others = [other for other in page.context.pages if other is not page]
            self._current = others[-1] if others else None

    async def _answer(self, dialog: Dialog) -> None:
        did = "dismissed" if self.dialog is None else "accepted"
        self.notes.append(f"The page opened a dialog, which was {did}: {dialog.message[:500]}")
        with contextlib.suppress(PlaywrightError):
            if self.dialog is None:
                await dialog.dismiss()
            else:
                await dialog.accept(self.dialog)

    def _asked_for_a_file(self, _: FileChooser) -> None:
        self.notes.append("The page asks for a file.")

    def _downloading(self, download: Download) -> None:
        self.notes.append(f"{download.suggested_filename} is downloaded to {DOWNLOADS}.")

    async def current(self) -> Page:
        chromium = await self.connect()
        if self._current is None or self._current.is_closed():
            self._current = await chromium.contexts[0].new_page()  # `_opened` has heard of it too
        page = self._current
        await self._prepare(page)
        return page

    async def _prepare(self, page: Page) -> None:
        """Each time, since another worker that goes away takes the browser's settings with it."""
        size = ViewportSize(width=self.display.width, height=self.display.height)
        if self._spec.kind == "browser" and page.viewport_size != size:
            await page.set_viewport_size(size)  # on a desktop a page is as large as its window
        if self._devtools is not None:
            # Playwright would let files fall into a folder that exists only on this side.
            behaviour = {"behavior": "allow", "downloadPath": DOWNLOADS, "eventsEnabled": True}
            await self._devtools.send("Browser.setDownloadBehavior", behaviour)
        if page is not self._told:
            await self._connection.call("set_page", target=await self.id_of(page))
            self._told = page

    async def resize(self, display: Display) -> None:
        self.display = display
        await self.current()

    async def id_of(self, page: Page) -> str:
        """What the browser calls this page, to whichever worker asks."""
        return await _target(page)

    def _pages(self) -> list[Page]:
        return self._chromium.contexts[0].pages if self._chromium is not None else []

    async def listed(self) -> list[Tab]:
        current = await self.current()
        return [
            Tab(await self.id_of(page), page.url, await page.title(), page is current)
            for page in self._pages()
        ]

    async def open_tab(self) -> str:
        """Opens an empty tab, which is the current one from now on. Raises PageFailed past the fifth."""
        chromium = await self.connect()
        if len(self._pages()) >= MAX_TABS:
            raise PageFailed(f"There are {MAX_TABS} tabs, the most that can be open. Close one first.")
        self._current = await chromium.contexts[0].new_page()
        return await self.id_of(await self.current())

    async def switch(self, tab_id: str) -> None:
        """Raises PageFailed when there is no such tab."""
        self._current = await self._tab(tab_id)
        await (await self.current()).bring_to_front()

    async def close_tab(self, tab_id: str) -> None:
        """Raises PageFailed when there is no such tab, or it is the last one."""
        page = await self._tab(tab_id)
        if len(self._pages()) == 1:
            raise PageFailed("The last tab cannot be closed.")
        await page.close()

    async def _tab(self, tab_id: str) -> Page:
        await self.connect()
        for page in self._pages():
            if await self.id_of(page) == tab_id:
                return page
        raise PageFailed(f"There is no tab “{tab_id[:64]}”.")

    def take_notes(self) -> str:
        """What happened unasked since they were last taken, in sentences."""
        notes, self.notes = self.notes, []
        return " ".join(dict.fromkeys(notes))

    async def abandon(self) -> None:
        """Let go of a page that does not answer."""
        page, self._current = self._current, None
        if page is not None:
            await _crash(page)

    async def close(self) -> None:
        """Pages stay open for whoever connects next."""
        if self._chromium is not None:
            with contextlib.suppress(PlaywrightError):
                await self._chromium.close()
        self._address.close()


async def _over_devtools(endpoint: str) -> Chromium:
    driver = await playwright()
    return await driver.chromium.connect_over_cdp(endpoint, timeout=CONNECT_MILLISECONDS)


async def _target(page: Page) -> str:
    """What the browser calls this page, to whichever worker asks."""
    session = await page.context.new_cdp_session(page)
    try:
        told = await session.send("Target.getTargetInfo")
    finally:
        await session.detach()
    return str(told["targetInfo"]["targetId"])


async def _crash(page: Page) -> None:
    """A page that runs for ever cannot be closed, and holds up others of its site: end its process."""
    with contextlib.suppress(PlaywrightError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            session = await page.context.new_cdp_session(page)
            await session.send("Page.crash")
    with contextlib.suppress(PlaywrightError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await page.close()


def first_line(error: PlaywrightError) -> str:
    return error.message.splitlines()[0]
