"""The host process's end of the line to the daemon."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
from collections.abc import Callable
from typing import Any

from ..wire import Fault, Frames, Message

LOST = "ComputerLost"

Answer = tuple[Any, list[int]]  # with the descriptors that came along


class Link:
    def __init__(self, connection: socket.socket, *, lost: Callable[[], None]) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._tell_lost = lost
        self._frames = Frames(connection, received=self._received, lost=self._lost)

    async def call(self, name: str, **given: Any) -> Any:
        """The daemon's answer. Raises Fault as the daemon does."""
        result, descriptors = await self._ask(name, given)
        for descriptor in descriptors:
            os.close(descriptor)
        return result

    async def call_for_sockets(self, name: str, **given: Any) -> tuple[Any, list[socket.socket]]:
        """As `call`, with the sockets that come out of the sandbox along with the answer."""
        result, descriptors = await self._ask(name, given)
        return result, [socket.socket(fileno=descriptor) for descriptor in descriptors]

    async def call_for_descriptors(self, name: str, **given: Any) -> Answer:
        """As `call`, with descriptors of any kind; whoever asks closes them."""
        return await self._ask(name, given)

    async def _ask(self, name: str, given: dict[str, Any]) -> Answer:
        number = next(self._numbers)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self._frames.send({"id": number, "call": name, "given": given})
            return await answer
        finally:
            self._waiting.pop(number, None)

    def _received(self, message: Message, descriptors: list[int]) -> None:
        answer = self._waiting.get(message["id"])
        if answer is None or answer.done():
            for descriptor in descriptors:
                os.close(descriptor)
        elif "fault" in message:
            answer.set_exception(Fault(message["fault"], message["text"]))
        else:
            answer.set_result((message["result"], descriptors))

    def close(self) -> None:
        """The daemon ends when it hears of this."""
        self._frames.close()

    def _lost(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Fault(LOST, "The computer ended."))
        self._tell_lost()
