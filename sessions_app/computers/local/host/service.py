"""What a worker may ask of a computer, one JSON object a line, over the socket in the run folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from ..wire import Fault
from . import terminals
from .link import LOST
from .machine import Machine
from .relay import Stream

LINE_BYTES = 32 * 1024 * 1024
COMMANDS = 1_000  # whose beginnings are remembered
PASSED_ON = frozenset({"start", "read", "stop", "write", "edit", "changes", "put", "open_browser", "show"})


class Service:
    def __init__(self, machine: Machine, *, boot_id: str) -> None:
        self._machine = machine
        self._boot_id = boot_id
        self.workers = 0
        self.disk_mb = 0  # as it was measured last
        self.terminals = terminals.Terminals(machine.link)
        self._began: dict[str, int] = {}

    async def listen(self) -> None:
        """On sockets in the working directory, whose name may be too long for a socket address."""
        # A terminal keeps its computer awake by what is typed, not by being open.
        await asyncio.start_unix_server(self.terminals.serve, "terminal.sock", limit=terminals.LINE_BYTES)
        doors = {"host.sock": self._serve, "browser.sock": self._devtools, "screen.sock": self._screen}
        for name, serve in doors.items():
            await asyncio.start_unix_server(self._counted(serve), name, limit=LINE_BYTES)
            # Whoever only watches comes in here: that alone keeps no computer awake.
            await asyncio.start_unix_server(serve, f"watch-{name}", limit=LINE_BYTES)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering: set[asyncio.Task[None]] = set()
        try:
            while line := await reader.readline():
                task = asyncio.ensure_future(self._answer(json.loads(line), writer))
                answering.add(task)
                task.add_done_callback(answering.discard)
        except (OSError, ValueError):
            pass  # a worker that went away, or does not speak our language
        finally:
            for task in answering:
                task.cancel()
            writer.close()
            await self._machine.browser_state.keep()  # as the worker leaves it

    async def _answer(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        answer: dict[str, Any] = {"id": message["id"]}
        try:
            answer["result"] = await self._result(message["call"], message["given"])
        except Fault as fault:
            if fault.name == LOST:
                return  # this process is about to end, and says why as it goes
            answer |= {"fault": fault.name, "text": str(fault)}
        writer.write(json.dumps(answer).encode() + b"\n")
        with contextlib.suppress(OSError):  # a worker that went away: the next one asks again
            await writer.drain()

    async def _result(self, name: str, given: dict[str, Any]) -> Any:
        if name == "browser":
            return await self._machine.browser()
        if name == "start":
            self._remember(given["call_id"])
        if name in PASSED_ON:
            return await self._machine.link.call(name, **given)
        if name == "hello":
            return {"boot_id": self._boot_id}
        if name == "egress":
            return self._machine.egress.records(after=given["after"])
        if name == "allow_hosts":
            return self._machine.egress.allow_hosts(given["hosts"])
        if name == "refused_hosts":
            return self._machine.egress.unlisted(after=self._began.get(given["call_id"], 0))
        if name == "usage":
            return await self._usage()
        if name == "page":
            return self._machine.browser_state.page
        if name == "set_page":
            self._machine.browser_state.page = str(given["target"])
            return None
        raise Fault("ComputerError", f"There is no call {name}.")

    async def _usage(self) -> dict[str, list[int]]:
        """What it uses, and what it may: megabytes and processes."""
        used = await self._machine.link.call("ping", memory=True)
        limits = self._machine.limits
        return {
            "memory": [used["memory_mb"], limits.memory_mb],
            "disk": [self.disk_mb, limits.disk_mb],
            "processes": [used["processes"], limits.processes],
        }

    def _remember(self, call_id: str) -> None:
        """When a command began, in connections asked for. Started again, it began before."""
        self._began.setdefault(call_id, self._machine.egress.count)
        while len(self._began) > COMMANDS:
            del self._began[next(iter(self._began))]

    async def _devtools(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._machine.devtools(Stream(reader, writer))

    async def _screen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._machine.screen(Stream(reader, writer))

    def _counted(self, serve: Callable[..., Any]) -> Callable[..., Any]:
        async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.workers += 1
            try:
                await serve(reader, writer)
            finally:
                self.workers -= 1

        return counted
