"""What a page in the computer's browser might try."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing

import pytest

from sessions_app.computers import actions
from sessions_app.computers.errors import PageFailed
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.driver import close_driver
from tests.computers.shell import new_call, run

pytestmark = [pytest.mark.sandbox, pytest.mark.browser]

# Writes what it found into its own text: addresses by WebRTC, files, and the server of the host.
PAGE = """<!doctype html><title>Tries</title><pre id=found>found:</pre><script>
const tell = text => { found.textContent += '\\n' + text }
const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:198.51.100.1:3478'}]})
peer.createDataChannel('x')
peer.onicecandidate = event => event.candidate && tell('candidate ' + event.candidate.candidate)
peer.createOffer().then(offer => peer.setLocalDescription(offer))
for (const url of ['file:///etc/shadow', 'file:///proc/1/environ', ADDRESSES])
  fetch(url).then(answer => answer.text()).then(text => tell('read ' + text.slice(0, 40)), () => {})
const frame = document.createElement('iframe')
frame.src = 'file:///etc/passwd'
frame.onload = () => { try { tell('framed ' + frame.contentDocument.body.innerText) } catch {} }
document.body.append(frame)
setTimeout(() => tell('over'), 4000)
</script>"""


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server on the host, on every address of it."""
    with closing(socket.create_server(("0.0.0.0", 0))) as server:  # noqa: S104

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"HTTP/1.0 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\nMARK")

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.fixture
async def opened(computer: LocalComputer, port: int) -> AsyncIterator[str]:
    """The text of the page once it has tried everything."""
    addresses = ", ".join(
        f"'http://{host}:{port}/'"
        for host in (
            "10.0.0.1",
            "169.254.169.254",
            "127.0.0.1",
            "2130706433",
            "[::ffff:127.0.0.1]",
            "host.test",
        )
    )
    await computer.write_file(new_call(), "index.html", PAGE.replace("ADDRESSES", addresses).encode())
    await run(computer, "(python3 -m http.server 8000 >/dev/null 2>&1 &)")
    await run(computer, "curl -sS --retry 30 --retry-connrefused --retry-delay 1 http://localhost:8000/")
    browser = await computer.browser()
    await browser.open("http://localhost:8000/")
    async with asyncio.timeout(15):
        while "over" not in (text := (await browser.read()).text):  # noqa: ASYNC110 (a page rings no bell)
            await asyncio.sleep(0.5)
    yield text
    await close_driver()


async def test_it_finds_no_address_no_file_and_no_server_of_the_host(opened: str) -> None:
    assert "MARK" not in opened
    assert "root:" not in opened
    assert "read " not in opened
    # A page is told names that mean nothing outside; never an address of the host.
    candidates = [line for line in opened.splitlines() if line.startswith("candidate")]
    assert all(".local " in line or "127.0.0.1" in line for line in candidates)


@pytest.mark.parametrize(
    "url", ["file:///etc/shadow", "view-source:file:///etc/passwd", "chrome://settings", "javascript:1"]
)
async def test_an_address_that_is_none_of_the_web_is_not_opened(computer: LocalComputer, url: str) -> None:
    with pytest.raises(PageFailed):
        await (await computer.browser()).open(url)
    result = await (await computer.screen()).act(actions.GoToUrl(url))
    assert result.status == "EXECUTION_ERROR"
    await close_driver()
