"""What a hostile program may say to its proxy, and what the proxy takes it for."""

from __future__ import annotations

import asyncio
import socket

import pytest

from sessions_app.computers.local.host.egress import shown
from sessions_app.computers.local.host.proxy_requests import BadRequest, Wanted, read_request


async def read(data: bytes) -> Wanted:
    near, far = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=near)
    with far:
        far.sendall(data)
        far.shutdown(socket.SHUT_WR)
        try:
            return await read_request(reader, writer)
        finally:
            writer.close()


async def test_a_tunnel() -> None:
    wanted = await read(b"CONNECT example.org:8443 HTTP/1.1\r\nHost: other\r\n\r\n")
    assert (wanted.host, wanted.port, wanted.head) == ("example.org", 8443, b"")
    wanted = await read(b"CONNECT [2606:4700::1]:443 HTTP/1.1\r\n\r\n")
    assert (wanted.host, wanted.port) == ("2606:4700::1", 443)


async def test_a_plain_request_goes_on_with_the_host_that_was_judged() -> None:
    wanted = await read(
        b"GET http://user:pw@example.org:8080/a?b=c#d HTTP/1.1\r\nHost: 169.254.169.254\r\n"
        b"Proxy-Authorization: x\r\nConnection: keep-alive\r\nAccept: */*\r\n\r\n"
    )
    assert (wanted.host, wanted.port) == ("example.org", 8080)
    assert wanted.head == (
        b"GET /a?b=c HTTP/1.1\r\nHost: example.org:8080\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (b"http://good.example@169.254.169.254/", "169.254.169.254"),
        (b"http://169.254.169.254#@good.example/", "169.254.169.254"),
        (b"http://169.254.169.254?@good.example/", "169.254.169.254"),
        (b"http://[::1]:80/", "::1"),
        (b"HTTP://EXAMPLE.org", "EXAMPLE.org"),
    ],
)
async def test_tricks_with_the_address_do_not_hide_the_host(address: bytes, host: str) -> None:
    assert (await read(b"GET " + address + b" HTTP/1.1\r\n\r\n")).host == host


async def test_a_web_socket_is_passed_on() -> None:
    wanted = await read(
        b"GET http://example.org/ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    )
    assert b"Upgrade: websocket\r\nConnection: upgrade\r\n" in wanted.head


async def test_socks() -> None:
    greeting = b"\x05\x01\x00"
    name = await read(greeting + b"\x05\x01\x00\x03\x0bexample.org\x01\xbb")
    assert (name.host, name.port, name.socks) == ("example.org", 443, True)
    four = await read(greeting + b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50")
    assert (four.host, four.port) == ("127.0.0.1", 80)
    six = await read(greeting + b"\x05\x01\x00\x04" + bytes(15) + b"\x01\x00\x50")
    assert six.host == "::1"


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET ftp://example.org/ HTTP/1.1\r\n\r\n",
        b"CONNECT example.org:99999 HTTP/1.1\r\n\r\n",
        b"CONNECT example.org:-1 HTTP/1.1\r\n\r\n",
        b"CONNECT :443 HTTP/1.1\r\n\r\n",
        b"CONNECT exam\x00ple:443 HTTP/1.1\r\n\r\n",
        b"CONNECT g\xbaogle.com:443 HTTP/1.1\r\n\r\n",  # which a look-up reads as google.com
        b"GET http://g\xbaogle.com/ HTTP/1.1\r\n\r\n",
        b"\x05\x01\x00\x05\x01\x00\x03\x0ag\xbaogle.com\x01\xbb",
        b"nonsense\r\n\r\n",
        b"\x05\x01\x00\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50",  # SOCKS: listen
        b"\x05\x01\x00\x05\x01\x00\x07",
    ],
)
async def test_what_is_no_request_is_dropped(data: bytes) -> None:
    with pytest.raises(BadRequest):
        await read(data)


def test_what_is_echoed_holds_no_control_characters() -> None:
    assert shown("a\x1b[31mb\r\nSet-Cookie: x\x00\u202e") == "a[31mbSet-Cookie: x"
    assert len(shown("x" * 10_000)) == 200
