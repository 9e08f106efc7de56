"""What every kind of computer promises about the hosts that it may reach."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sessions_app.computers.base import Computer, Computers
from sessions_app.computers.results import ComputerSpec, Network
from tests.computers.shell import new_call, result_of, run

SLOW_BYTES = 10_000_000


class Site(BaseHTTPRequestHandler):
    """Says hello, and at /slow a little for as long as somebody listens."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(SLOW_BYTES if self.path == "/slow" else 5))
        self.end_headers()
        try:
            self.wfile.write(b"hello")
            while self.path == "/slow" and not self.server.over.wait(0.1):  # type: ignore[attr-defined]
                self.wfile.write(b".")
        except OSError:
            pass

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A server on this machine that the computer may reach by its number, if hosts are not listed."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.over = threading.Event()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.over.set()  # type: ignore[attr-defined]
        server.shutdown()


class NetworkContract:
    @pytest.fixture
    async def walled(self, computers: Computers, shared_id: str, site: str) -> AsyncIterator[Computer]:
        spec = ComputerSpec(network=Network(allow_private=[site]))
        computer = await computers.open(shared_id, spec)
        await computer.allow_hosts(None)
        yield computer
        await computer.disconnect()

    async def test_where_hosts_are_listed_no_others_are_reached(self, walled: Computer, site: str) -> None:
        fetch = f"curl -sS --max-time 10 http://{site}/"
        assert (await run(walled, fetch)).stdout == "hello"
        await walled.allow_hosts([])
        assert "127.0.0.1 is not among the hosts that it may reach" in (await run(walled, fetch)).stdout
        await walled.allow_hosts(["example.org", "127.0.0.1"])
        assert (await run(walled, fetch)).stdout == "hello"
        await walled.allow_hosts(None)
        assert (await run(walled, fetch)).stdout == "hello"

    async def test_a_name_that_is_not_listed_is_not_even_looked_up(self, walled: Computer) -> None:
        await walled.allow_hosts(["pypi.org"])
        ran = await run(walled, "curl -sS --max-time 10 http://secret-in-a-name.pypi.org/")
        assert "secret-in-a-name.pypi.org is not among the hosts" in ran.stdout
        ran = await run(walled, "curl -sS --max-time 10 https://93.184.215.14/; echo code $?")
        assert "403" in ran.stderr and "code 0" not in ran.stdout

    async def test_what_a_command_was_refused_is_told_with_it(self, walled: Computer) -> None:
        await walled.allow_hosts([])
        first, second = new_call(), new_call()
        await walled.start_command(first, "for _ in 1 2; do curl -s http://a.example/; done")
        await result_of(walled, first)
        assert list(await walled.refused_hosts(first)) == ["a.example"]
        await walled.start_command(second, "true")
        await result_of(walled, second)
        assert list(await walled.refused_hosts(second)) == []

    async def test_a_connection_to_a_host_that_is_listed_no_more_is_cut(
        self, walled: Computer, site: str
    ) -> None:
        await walled.start_command(
            call := new_call(), f"echo begun; curl -sS --max-time 60 http://{site}/slow >/dev/null"
        )
        await asyncio.sleep(1)
        await walled.allow_hosts([])
        async with asyncio.timeout(20):
            assert (await result_of(walled, call)).exit_code != 0
