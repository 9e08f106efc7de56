"""The proxy at work: real connections to a server that one address and port of the policy allow."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sessions_app.computers.local.host.egress import Egress
from sessions_app.computers.local.host.policy import Policy

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@pytest.fixture
async def site() -> AsyncIterator[int]:
    """The port of a server on loopback that answers every request alike."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


class Proxy:
    def __init__(self, egress: Egress, port: int) -> None:
        self.egress = egress
        self._port = port

    async def ask(self, *parts: bytes) -> bytes:
        """Say each part, then all that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            for part in parts:
                writer.write(part)
            writer.write_eof()
            async with asyncio.timeout(10):
                return await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def proxy_to(port: int) -> AsyncIterator[Proxy]:
    egress = Egress(Policy(allow_private=[f"127.0.0.1:{port}"]), written=lambda record: None)
    listening = socket.create_server(("127.0.0.1", 0))
    async with await egress.serve(listening):
        yield Proxy(egress, listening.getsockname()[1])


@pytest.fixture
async def proxy(site: int) -> AsyncIterator[Proxy]:
    async with proxy_to(site) as proxy:
        yield proxy


async def test_a_plain_request_is_answered(proxy: Proxy, site: int) -> None:
    request = f"GET http://127.0.0.1:{site}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    assert await proxy.ask(request) == ANSWER
    (record,) = proxy.egress.records(after=0)
    assert (record["host"], record["port"], record["refusal"]) == ("127.0.0.1", site, "")
    assert record["received_bytes"] == len(ANSWER)


async def test_a_tunnel_carries_whatever_is_said(proxy: Proxy, site: int) -> None:
    connect = f"CONNECT 127.0.0.1:{site} HTTP/1.1\r\n\r\n".encode()
    assert (await proxy.ask(connect, b"GET / HTTP/1.1\r\n\r\n")).endswith(ANSWER)


async def test_socks_reaches_the_same(proxy: Proxy, site: int) -> None:
    connect = b"\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01" + site.to_bytes(2, "big")
    assert (await proxy.ask(connect, b"GET / HTTP/1.1\r\n\r\n")).endswith(ANSWER)


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]", "0"]
)
async def test_no_other_spelling_reaches_it(proxy: Proxy, site: int, host: str) -> None:
    """A name, or a number that the resolver understands, is not the literal that was allowed."""
    answer = await proxy.ask(f"CONNECT {host}:{site} HTTP/1.1\r\n\r\n".encode(), b"GET / HTTP/1.1\r\n\r\n")
    assert b"hello" not in answer
    assert answer.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 502 "))


async def test_a_refusal_says_why_without_echoing_tricks(proxy: Proxy) -> None:
    answer = await proxy.ask(b"GET http://10.0.0.1:81/\x1b[31m HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"10.0.0.1 is not a public address" in answer
    assert b"\x1b" not in answer
    assert [record["refusal"] for record in proxy.egress.records(after=0)] == [
        "10.0.0.1 is not a public address"
    ]


async def test_a_server_that_is_off_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    async with proxy_to(port) as proxy:
        answer = await proxy.ask(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert b"could not be reached" in answer
