"""The only way out of a computer: a proxy that looks names up, and connects to the address it judged."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from .policy import Policy
from .proxy_requests import BadRequest, Wanted, read_request
from .relay import Stream, relay

CONNECTIONS = 256
LOG_RECORDS = 500
LOOKUP_SECONDS = 10
CONNECT_SECONDS = 10
IDLE_SECONDS = 600
SHOWN_CHARACTERS = 200
SHOWN_HOSTS = 20


@dataclass
class Record:
    """A connection that was asked for. `refusal` is empty when the policy allowed it."""

    number: int
    at: float
    host: str
    port: int
    address: str = ""
    refusal: str = ""
    unlisted: bool = False  # refused because it is not among the allowed hosts
    error: str = ""
    sent_bytes: int = 0
    received_bytes: int = 0


class Refused(Exception):
    """The policy forbids it."""


class Unreachable(Exception):
    """Allowed, but it did not work."""


class Egress:
    """`written` is told of each connection once it is over, refused ones included."""

    def __init__(self, policy: Policy, *, written: Callable[[dict[str, Any]], None]) -> None:
        self._policy = policy
        self._written = written
        self._log: deque[Record] = deque(maxlen=LOG_RECORDS)
        self._count = 0
        self._open = 0
        self._relayed: dict[int, tuple[str, Stream]] = {}  # by the record's number

    @property
    def count(self) -> int:
        """How many connections were asked for so far: the number of the last record."""
        return self._count

    def allow_hosts(self, hosts: Sequence[str] | None) -> None:
        """From now on; what is connected to others is cut."""
        self._policy = replace(self._policy, allow_hosts=hosts)
        for host, near in self._relayed.values():
            if not self._policy.lists(host):
                near.writer.transport.abort()

    def unlisted(self, *, after: int) -> list[str]:
        """Hosts that were refused for not being among the allowed ones, each once."""
        found = (record.host for record in self._log if record.number > after and record.unlisted)
        return list(dict.fromkeys(found))[:SHOWN_HOSTS]

    def records(self, *, after: int) -> list[dict[str, object]]:
        return [asdict(record) for record in self._log if record.number > after]

    async def serve(self, listening: socket.socket) -> asyncio.Server:
        return await asyncio.start_server(self._accept, sock=listening)

    async def serve_forward(self, listening: socket.socket, host: str, port: int) -> None:
        """A loopback endpoint of the host that this computer may reach, as its own loopback."""

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._guarded(Stream(reader, writer), Wanted(host, port, b""))

        await asyncio.start_server(accept, sock=listening)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            wanted = await read_request(reader, writer)
        except (BadRequest, OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            writer.close()
            return
        await self._guarded(Stream(reader, writer), wanted)

    async def _guarded(self, near: Stream, wanted: Wanted) -> None:
        if self._open >= CONNECTIONS:
            near.writer.close()
            return
        self._open += 1
        try:
            await self._connect(near, wanted)
        except OSError:
            pass  # one side went away: nothing is left to tell it
        finally:
            self._open -= 1
            near.writer.close()

    async def _connect(self, near: Stream, wanted: Wanted) -> None:
        record = self._noted(wanted)
        try:
            await self._carry(near, wanted, record)
        finally:
            self._written(asdict(record))

    async def _carry(self, near: Stream, wanted: Wanted, record: Record) -> None:
        try:
            far = await self._dial(wanted, record)
        except Refused as refusal:
            record.refusal = str(refusal)
            sentence = f"The network policy of this computer forbids it: {record.refusal}."
            near.writer.write(wanted.refused("403 Forbidden", shown(sentence)))
            await near.writer.drain()
            return
        except Unreachable as error:
            record.error = str(error)
            near.writer.write(wanted.refused("502 Bad Gateway", shown(record.error)))
            await near.writer.drain()
            return
        near.writer.write(wanted.accepted)
        far.writer.write(wanted.head)
        self._relayed[record.number] = (wanted.host, near)
        try:
            moved = await relay(near, far, idle_seconds=IDLE_SECONDS)
            record.sent_bytes, record.received_bytes = moved[0] + len(wanted.head), moved[1]
        finally:
            del self._relayed[record.number]

    def _noted(self, wanted: Wanted) -> Record:
        self._count += 1
        record = Record(self._count, time.time(), shown(wanted.host), wanted.port)
        self._log.append(record)
        return record

    async def _dial(self, wanted: Wanted, record: Record) -> Stream:
        """Raises Refused when no address is allowed, Unreachable when none of the allowed ones answers."""
        host, port = wanted.host, wanted.port
        if refusal := self._policy.refusal_of_host(host, port):
            record.unlisted = not self._policy.lists(host)
            raise Refused(refusal)
        refusal = failure = ""
        for family, address in await _addresses(host, port):
            if reason := self._policy.refusal_of_address(host, port, address[0]):
                refusal = refusal or reason
                continue
            record.address = address[0]
            try:
                return await _connected(family, address)
            except (OSError, TimeoutError) as error:
                failure = str(error) or "it did not answer in time"
        if refusal and not failure:
            raise Refused(refusal)
        raise Unreachable(f"{host}:{port} could not be reached: {failure or 'it has no address'}.")


async def _addresses(host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
    loop = asyncio.get_running_loop()
    try:
        found = await asyncio.wait_for(loop.getaddrinfo(host, port, type=socket.SOCK_STREAM), LOOKUP_SECONDS)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise Unreachable(f"{host} could not be looked up: {error or 'no answer in time'}.") from error
    return [(family, address) for family, _, _, _, address in found]  # type: ignore[misc]


async def _connected(family: int, address: tuple[str, int]) -> Stream:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        await asyncio.wait_for(asyncio.get_running_loop().sock_connect(connection, address), CONNECT_SECONDS)
        return Stream(*await asyncio.open_connection(sock=connection))
    except BaseException:
        connection.close()
        raise


def shown(text: str) -> str:
    """Text from a hostile computer, fit to be shown and logged: on one line, without control characters."""
    return "".join(character for character in text if character.isprintable())[:SHOWN_CHARACTERS]
