"""The application behind a real port, in this process: tests write events, and the bell reaches its hub."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from daphne.server import Server
from twisted.internet import reactor

from lightcone_site.asgi import application

SECONDS = 20.0


class ServedHere:
    """Twisted's reactor runs once in a process: one server for all tests, started by the first that asks."""

    def __init__(self) -> None:
        self._listens = threading.Event()
        self._server = Server(
            application,
            endpoints=["tcp:port=0:interface=127.0.0.1"],
            signal_handlers=False,
            websocket_timeout=-1,
            ready_callable=self._listens.set,
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True, name="serves pages")

    def start(self) -> str:
        """The origin that it serves."""
        self._thread.start()
        assert self._listens.wait(SECONDS)
        for _ in range(200):
            if self._server.listening_addresses:
                host, port = self._server.listening_addresses[0]
                return f"http://{host}:{port}"
            threading.Event().wait(0.05)
        raise AssertionError("The server did not listen.")

    def drop_connections(self) -> None:
        """What a lost network does: open sockets end without a word."""
        running: Any = reactor
        running.callFromThread(
            lambda: [connection.transport.abortConnection() for connection in self._sockets()]
        )

    def _sockets(self) -> list[Any]:
        return [connection for connection in self._server.connections if hasattr(connection, "serverClose")]

    def stop(self) -> None:
        running: Any = reactor
        running.callFromThread(running.stop)
        self._thread.join(SECONDS)


@contextmanager
def served_here() -> Iterator[tuple[str, ServedHere]]:
    server = ServedHere()
    try:
        yield server.start(), server
    finally:
        server.stop()
