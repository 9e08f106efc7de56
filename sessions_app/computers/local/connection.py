"""A worker's line to a computer's host process."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from typing import Any

from sessions_app.computers import errors

from .address import short_address
from .faults import raised
from .places import Place
from .wire import Fault
from .workspace import read_beneath

LINE_BYTES = 64 * 1024 * 1024
ANSWER_SECONDS = 90.0
ENDED_BYTES = 4096


class Connection:
    """Calls may overlap. When the computer ends, all that wait raise ComputerLost."""

    def __init__(self, place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._place = place
        self._writer = writer
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._listening = asyncio.create_task(self._listen(reader))

    @classmethod
    async def to(cls, place: Place, *, watching: bool = False) -> Connection:
        """Raises OSError when nobody listens there. Who is only `watching` keeps no computer awake."""
        with short_address(place.run, "watch-host.sock" if watching else "host.sock") as address:
            reader, writer = await asyncio.open_unix_connection(address, limit=LINE_BYTES)
        return cls(place, reader, writer)

    @property
    def lost(self) -> bool:
        return self._listening.done()

    async def call(self, name: str, **given: Any) -> Any:
        """Raises the fault that the computer names, and ComputerLost when it is gone."""
        if self.lost:
            raise self._lost()
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(json.dumps({"id": number, "call": name, "given": given}).encode() + b"\n")
            await self._writer.drain()
            # Not wait_for: in Python 3.11 it swallows a cancel that comes with the answer.
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except (OSError, TimeoutError) as error:
            raise self._lost() from error
        finally:
            self._waiting.pop(number, None)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := await reader.readline():
                self._take(json.loads(line))
        self._writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(self._lost())

    def _take(self, message: dict[str, Any]) -> None:
        answer = self._waiting.get(message["id"])
        if answer is None or answer.done():
            return
        if "fault" in message:
            answer.set_exception(raised(Fault(message["fault"], message["text"])))
        else:
            answer.set_result(message["result"])

    def _lost(self) -> errors.ComputerLost:
        return errors.ComputerLost(f"The computer ended. {why_ended(self._place)} Its files are kept.")

    async def close(self) -> None:
        self._listening.cancel()
        self._writer.close()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await self._listening
            await self._writer.wait_closed()


def why_ended(place: Place) -> str:
    """What the host process wrote as it left. Its folder is the computer's user's: no link is followed."""
    try:
        return str(json.loads(read_beneath(place.run, "ended.json", limit_bytes=ENDED_BYTES))["why"])
    except (errors.ComputerError, ValueError, KeyError, TypeError, RecursionError):
        return "Its host process was killed."
