"""What a browser would forget when it ends: its open pages, and the cookies of logins for as long as it runs.

Kept while the computer runs and as it falls asleep, put back when the browser starts again. The rest of its
profile is in the agent's home.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from typing import Any

from ..wire import Fault
from .devtools import Broken, DevTools
from .link import Link
from .relay import Stream

NAME = "browser.json"
MOST_PAGES = 5
KEEP_SECONDS = 30.0


class BrowserState:
    """In the working directory, which is the computer's run folder: nothing inside reads it."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._known = ""  # the browser that is as it was
        self._busy = asyncio.Lock()
        self.page = ""  # the current one, by the name that the browser gives it

    @property
    def has_pages(self) -> bool:
        return bool(self._kept().get("pages"))

    async def keep_on(self) -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            await self.keep()

    async def keep(self) -> None:
        """Write it down; nothing where no browser runs or it does not answer."""
        with contextlib.suppress(Broken, Fault, OSError):
            async with self._busy:
                endpoint = await self._link.call("open_browser")
                if endpoint is None or endpoint[1] != self._known:
                    return  # one that was not put back yet knows less than what is kept
                devtools = await self._reach(*endpoint)
                try:
                    self._write(await self._state(devtools))
                finally:
                    devtools.close()

    async def put_back(self, port: int, path: str) -> None:
        """Let a browser that has just started be as the last one was. What fails is missing, and no fault."""
        async with self._busy:
            if path == self._known:
                return
            self._known = path
            kept = self._kept()
            if not kept:
                return
            with contextlib.suppress(Broken, Fault, OSError):
                devtools = await self._reach(port, path)
                try:
                    await self._restore(devtools, kept)
                finally:
                    devtools.close()

    async def _reach(self, port: int, path: str) -> DevTools:
        _, (inside,) = await self._link.call_for_sockets("connect", port=port)
        devtools = DevTools(Stream(*await asyncio.open_connection(sock=inside)))
        await devtools.greet(path)
        return devtools

    async def _state(self, devtools: DevTools) -> dict[str, Any]:
        cookies = (await devtools.call("Storage.getCookies"))["cookies"]
        pages = await _pages(devtools)
        addresses = [url for _, url in pages if url.startswith(("http://", "https://"))]
        current = next((url for target, url in pages if target == self.page), "")
        return {"cookies": cookies, "pages": addresses[-MOST_PAGES:], "current": current}

    async def _restore(self, devtools: DevTools, kept: dict[str, Any]) -> None:
        if cookies := kept.get("cookies"):
            await devtools.call("Storage.setCookies", cookies=[_settable(one) for one in cookies])
        blank = [target for target, url in await _pages(devtools) if url == "about:blank"]
        opened = {url: await self._opened(devtools, url) for url in kept.get("pages", ())[:MOST_PAGES]}
        if opened:
            self.page = opened.get(kept.get("current", ""), next(iter(opened.values())))
            for target in blank:
                await devtools.call("Target.closeTarget", targetId=target)

    async def _opened(self, devtools: DevTools, url: str) -> str:
        return str((await devtools.call("Target.createTarget", url=url))["targetId"])

    def _kept(self) -> dict[str, Any]:
        try:
            with open(NAME, encoding="utf-8") as file:
                kept = json.load(file)
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _write(self, state: dict[str, Any]) -> None:
        with open(os.open(f"{NAME}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(state, file)
        os.replace(f"{NAME}.new", NAME)


async def _pages(devtools: DevTools) -> list[tuple[str, str]]:
    """Each open page's name and address, the oldest first."""
    targets = (await devtools.call("Target.getTargets"))["targetInfos"]
    return [(one["targetId"], one["url"]) for one in reversed(targets) if one["type"] == "page"]


def _settable(cookie: dict[str, Any]) -> dict[str, Any]:
    """A cookie as DevTools takes it: one of a session is told from the others by having no end."""
    taken = "name value domain path secure httpOnly sameSite priority sourceScheme sourcePort".split()
    given = {name: cookie[name] for name in taken if name in cookie}
    return given if cookie.get("session") else {**given, "expires": cookie["expires"]}
