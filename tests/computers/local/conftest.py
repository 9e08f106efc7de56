"""A small shop that a computer serves to itself, and the browser of that computer."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import pytest_asyncio

from sessions_app.computers.base import Browser
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.driver import close_driver
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec, Network
from tests.computers.shell import new_call, run

SITE = "http://localhost:8000"

SHOP = """<!doctype html><title>Shop</title><h1>Lamps</h1>
<a href="/second.html">Second page</a> <a href="/second.html" target="_blank">In a new tab</a>
<button onclick="document.title='Bought'">Buy</button>
<button onclick="document.body.append(prompt('How many?') ?? 'nobody answered')">Ask</button>
<form onsubmit="document.title = 'Hello ' + who.value; return false">
<label>Your name <input id="who"></label></form>
<input placeholder="Search lamps" oninput="document.title = 'Searching ' + this.value">
<label>Colour <select onchange="document.title = this.value">
<option value="r">Red</option><option value="g">Green</option></select></label>
<iframe srcdoc="<button onclick='parent.document.title = &quot;Framed&quot;'>Inner</button>"></iframe>
<a href="/report.csv" download>Report</a> <a href="http://10.9.8.7/">Intranet</a>
<div style="height: 3000px"></div>
<script>setTimeout(() => document.body.insertAdjacentHTML('afterbegin', '<button>Late</button>'), 600);
addEventListener('scroll', () => document.title = 'Scrolled')</script>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def host_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server on the host's loopback; the port."""
    folder: Path = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text("<title>Of the host</title>")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shop(computers: LocalComputers, shared_id: str, host_site: int) -> AsyncIterator[LocalComputer]:
    """A computer that serves a small site to itself, and may reach one server of the host."""
    network = Network(allow_private=[f"127.0.0.1:{host_site}"])
    computer = await computers.open(shared_id, ComputerSpec(width=900, height=600, network=network))
    await computer.write_file(new_call(), "site/index.html", SHOP.encode())
    await computer.write_file(new_call(), "site/second.html", b"<title>Second</title><p>Two")
    await computer.write_file(new_call(), "site/report.csv", b"a,b\n1,2\n")
    await computer.write_file(new_call(), "site/busy.html", b"<title>Busy</title><script>for (;;);</script>")
    await run(computer, "cd /workspace/site && (python3 -m http.server 8000 >/dev/null 2>&1 &) && cd -")
    await run(computer, f"curl -sS --retry 30 --retry-connrefused --retry-delay 1 {SITE}/ >/dev/null")
    yield computer
    await computer.disconnect()
    await close_driver()


@pytest_asyncio.fixture(loop_scope="module")
async def browser(shop: LocalComputer) -> Browser:
    return await shop.browser()
