"""Servers that are no servers of models, or mean harm."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sessions_app.agents.connections import Connection, TimeLimits
from sessions_app.agents.providers import Providers

QUICK = TimeLimits(discovery_seconds=1.0, listing_seconds=1.5)


@contextmanager
def answering(*pieces: bytes, status: int = 200, pause_seconds: float = 0.0) -> Iterator[str]:
    """A server that answers everything with these pieces, and goes on until nobody listens any more."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/v1/models")
            self.end_headers()
            try:
                for piece in pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(pause_seconds)
            except OSError:
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()


async def reason_at(url: str) -> str:
    listing = await Providers(limits=QUICK).abilities(Connection("den", "openai_compatible", "Den", url))
    return listing.reason


async def test_one_that_trickles_for_ever_is_given_up() -> None:
    with answering(*[b" "] * 100, pause_seconds=0.2) as url:
        assert (await reason_at(url)).endswith(" does not answer.")


async def test_one_that_sends_without_end_is_not_read_to_its_end() -> None:
    with answering(*[b" " * 1_000_000] * 100) as url:
        assert (await reason_at(url)).endswith(" answered with something that is no list of models.")


async def test_one_that_leads_elsewhere_is_not_followed() -> None:
    with answering(status=302) as url:
        assert (await reason_at(url)).endswith(" would not list its models (302).")


async def test_a_page_is_no_list() -> None:
    with answering(b"<html>Welcome</html>") as url:
        assert (await reason_at(url)).endswith(" answered with something that is no list of models.")
