"""A browser that starts again is as it was: logins, open pages, and which one is current."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from sessions_app.computers import actions
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.driver import close_driver
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from tests.computers.shell import new_call, run

pytestmark = [pytest.mark.sandbox, pytest.mark.browser]

SITE = """
import http.server
class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        if self.path == "/login":
            self.send_header("Set-Cookie", "brief=yes")
            self.send_header("Set-Cookie", "long=yes; Max-Age=9999")
        self.end_headers()
        cookies = self.headers["Cookie"] or "none"
        self.wfile.write(f"<title>{self.path}</title><p>{cookies}</p>".encode())
    def log_message(self, *_): ...
http.server.ThreadingHTTPServer(("", 8000), Site).serve_forever()
"""
SERVE = (
    "(python3 site.py >/dev/null 2>&1 &); curl -sS --retry 30 --retry-connrefused --retry-delay 1 "
    "-o /dev/null http://localhost:8000/"
)


@pytest.fixture
async def signed_in(computers: LocalComputers, own_id: str) -> AsyncIterator[LocalComputer]:
    """A computer whose browser has logged in to a site and has two pages open."""
    computer = await computers.open(own_id, ComputerSpec())
    await computer.write_file(new_call(), "site.py", SITE.encode())
    await run(computer, SERVE)
    browser, screen = await computer.browser(), await computer.screen()
    await browser.open("http://localhost:8000/login")
    await screen.act(actions.NewTab("http://localhost:8000/second"))
    yield computer
    await close_driver()


async def as_it_was(computer: LocalComputer) -> None:
    await run(computer, SERVE)
    screen = await computer.screen()
    tabs = (await screen.act(actions.ListTabs())).result["tabs"]
    assert sorted(tab.url for tab in tabs) == ["http://localhost:8000/login", "http://localhost:8000/second"]
    assert [tab.url for tab in tabs if tab.is_main] == ["http://localhost:8000/second"]
    browser = await computer.browser()
    await browser.open("http://localhost:8000/again")
    shown = (await browser.read()).text
    assert "brief=yes" in shown
    assert "long=yes" in shown


async def test_after_it_was_switched_off(
    computers: LocalComputers, own_id: str, signed_in: LocalComputer
) -> None:
    await signed_in.disconnect()
    await computers.stop(own_id)
    computer = await computers.open(own_id, ComputerSpec())
    assert computer.boot_id != signed_in.boot_id
    await as_it_was(computer)
    await computer.disconnect()


async def test_after_chromium_was_killed(
    computers: LocalComputers, own_id: str, signed_in: LocalComputer
) -> None:
    await signed_in.disconnect()
    computer = await computers.open(own_id, ComputerSpec())
    await asyncio.sleep(0.5)
    await run(computer, "pkill -KILL chrom")
    await asyncio.sleep(0.5)
    await as_it_was(computer)
    assert computer.boot_id == signed_in.boot_id
    await computer.disconnect()
