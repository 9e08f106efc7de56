"""The whole product in one process: pages, live updates and session runners on one asyncio loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any

# First of all Twisted's: importing it chooses the reactor.
from daphne.server import Server, twisted_loop  # isort: skip

import structlog
from django.conf import settings
from django.utils.module_loading import import_string
from twisted.internet import reactor as twisted_reactor
from twisted.internet.defer import Deferred

from sessions_app import dispatch
from sessions_app.computers.local.driver import close_driver
from sessions_app.runners import doctor
from sessions_app.runners.embedded import Embedded, slots_by_memory
from sessions_app.runners.lookout import Lookout, noted

from .bench import build_bench

log = structlog.get_logger(__name__)
reactor: Any = twisted_reactor

CLOSE_GOING_AWAY = 3012  # a code that the pages reconnect on; autobahn refuses 1001 from us
PARK_SECONDS = 10
SOCKET_LIMIT_BYTES = 32 * 1024 * 1024


class EmbeddedServer(Server):  # type: ignore[misc]
    """Daphne on listening sockets of ours, with the runners started and stopped beside it.

    Daphne has no lifespan: `ready_callable` is called just before the reactor runs, and a trigger before its
    shutdown is waited for.
    """

    def __init__(self, application: Any, listening: list[socket.socket], *, announce: str) -> None:
        self._announce = announce
        self._ports: list[Any] = []
        self._background: list[asyncio.Task[None]] = []
        self.broke = False
        super().__init__(
            application,
            endpoints=[_endpoint(one) for one in listening],
            ready_callable=self._ready,
            # The default closes a page's socket after a day with a code that browsers take as final.
            websocket_timeout=-1,
            # These bound what we send as well, such as the list of many sessions drawn at once.
            websocket_max_message_size=SOCKET_LIMIT_BYTES,
            websocket_max_frame_size=SOCKET_LIMIT_BYTES,
            server_name="lightcone-dispatch",
            verbosity=1,
        )

    def listen_success(self, port: Any) -> None:
        self._ports.append(port)
        super().listen_success(port)

    def _ready(self) -> None:
        self._run(self._serve())
        reactor.addSystemEventTrigger(
            "before", "shutdown", lambda: Deferred.fromFuture(twisted_loop.create_task(self._stop()))
        )

    async def _serve(self) -> None:
        print(self._announce, flush=True)
        bench = await asyncio.to_thread(build_bench)
        await asyncio.to_thread(bench.store.sweep)
        # Pages say how many sessions run at once, so they must know what 0 came to.
        settings.SESSIONS_AT_ONCE = slots_by_memory(settings.SESSIONS_AT_ONCE)
        engine = Embedded(bench, slots=settings.SESSIONS_AT_ONCE)
        dispatch.use(engine)
        self._run(engine.run())
        self._run(Lookout(bench.providers).run())
        finding = await noted(doctor.examine_computers(bench.computers))
        if finding and not finding.ok:
            log.error("computers_are_off", reason=finding.reason, cure=finding.cure)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task: asyncio.Task[None] = twisted_loop.create_task(work)
        task.add_done_callback(self._tell_of_fault)
        self._background.append(task)

    def _tell_of_fault(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.error("background_task_ended", exc_info=task.exception())
            self.broke = True
            reactor.callFromThread(self.stop)

    async def _stop(self) -> None:
        """Stop listening, park the sessions, close the sockets, and leave no task behind.

        A task that is pending when the interpreter ends makes CPython 3.11 crash (gh-113566).
        """
        for port in self._ports:
            port.stopListening()
        dispatch.use(None)
        for task in self._background:
            task.cancel()
        await asyncio.wait(self._background, timeout=PARK_SECONDS)
        await _closed_driver()
        for page in list(self.connections):
            if hasattr(page, "serverClose"):
                page.serverClose(code=CLOSE_GOING_AWAY)
        await asyncio.sleep(0.1)
        rest = asyncio.all_tasks(twisted_loop) - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


async def _closed_driver() -> None:
    """A driver that broke must not keep the sockets from being closed."""
    try:
        await close_driver()
    except Exception:
        log.exception("browser_driver_not_closed")


def _endpoint(listening: socket.socket) -> str:
    """The listening socket in Twisted's words, whose `fd` can only be IPv4."""
    if listening.family == socket.AF_INET:
        return f"fd:{listening.fileno()}"
    host, port, *_ = listening.getsockname()
    listening.close()
    return "tcp6:port={}:interface={}".format(port, host.replace(":", r"\:"))


def serve(listening: list[socket.socket], *, announce: str) -> None:
    """Serve until SIGTERM or Ctrl-C. Prints `announce` once the pages can be opened.

    Raises SystemExit when it had to stop because something broke; the log says what.
    """
    application = import_string(settings.ASGI_APPLICATION)
    server = EmbeddedServer(application, listening, announce=announce)
    server.run()
    if server.broke:
        raise SystemExit(1)
