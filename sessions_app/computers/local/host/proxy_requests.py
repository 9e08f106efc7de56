"""What a program in the computer asks its proxy for: HTTP, HTTP CONNECT or SOCKS5, told by the first byte."""

from __future__ import annotations

import asyncio
import ipaddress
import struct
from dataclasses import dataclass

SOCKS = b"\x05"
SOCKS_CONNECT = 1
SOCKS_ADDRESS_4, SOCKS_NAME, SOCKS_ADDRESS_6 = 1, 3, 4
SOCKS_NO_SUCH_COMMAND = 7
HEAD_SECONDS = 30
DROPPED_HEADERS = (b"proxy-connection:", b"proxy-authorization:", b"connection:", b"keep-alive:", b"host:")


class BadRequest(Exception):
    """No request that a proxy understands."""


@dataclass(frozen=True)
class Wanted:
    """Where to connect, what to tell the asker when it is done, and what to send there first."""

    host: str
    port: int
    accepted: bytes
    head: bytes = b""
    socks: bool = False

    def refused(self, status: str, sentence: str) -> bytes:
        if self.socks:
            return SOCKS + (b"\x02" if status.startswith("403") else b"\x05") + b"\0\x01" + bytes(6)
        body = f"{sentence}\n".encode()
        head = (
            f"HTTP/1.1 {status}\r\nX-Computer-Egress: refused\r\nContent-Type: text/plain; charset=utf-8\r\n"
        )
        return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Wanted:
    """Raises BadRequest, and whatever a stream raises that ends early or never."""
    async with asyncio.timeout(HEAD_SECONDS):
        first = await reader.readexactly(1)
        if first == SOCKS:
            return await _read_socks(reader, writer)
        head = first + await reader.readuntil(b"\r\n\r\n")
    line, *headers = head[:-4].split(b"\r\n")
    words = line.decode("latin-1").split(" ")
    if len(words) != 3:
        raise BadRequest
    method, target, version = words
    if method == "CONNECT":
        host, port = _authority(target, default_port=443)
        return Wanted(host, port, b"HTTP/1.1 200 Connection established\r\n\r\n")
    return _forwarded(method, target, version, headers)


def _forwarded(method: str, target: str, version: str, headers: list[bytes]) -> Wanted:
    if not target.lower().startswith("http://"):
        raise BadRequest
    authority, path = target[len("http://") :], "/"
    for place, character in enumerate(authority):
        if character in "/?#":
            authority, rest = authority[:place], authority[place:].partition("#")[0]
            path = rest if rest.startswith("/") else f"/{rest}"
            break
    host, port = _authority(authority.rpartition("@")[2], default_port=80)
    kept = [header for header in headers if not header.lower().startswith(DROPPED_HEADERS)]
    upgrades = any(header.lower().startswith(b"upgrade:") for header in headers)
    name = f"[{host}]" if ":" in host else host
    lines = [
        f"{method} {path} {version}".encode("latin-1"),
        f"Host: {name if port == 80 else f'{name}:{port}'}".encode("latin-1"),
        *kept,
        b"Connection: upgrade" if upgrades else b"Connection: close",
    ]
    return Wanted(host, port, b"", b"\r\n".join(lines) + b"\r\n\r\n")


def _authority(text: str, *, default_port: int) -> tuple[str, int]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = text.partition(":")
    if not _is_host(host) or not (port or str(default_port)).isdecimal():
        raise BadRequest
    number = int(port or default_port)
    if not 0 < number < 65536:
        raise BadRequest
    return host, number


def _is_host(text: str) -> bool:
    """In ASCII, as it goes over the wire: a look-up would take “gºogle.com” for a name that may be denied."""
    return bool(text) and text.isascii() and text.isprintable()


async def _read_socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Wanted:
    methods = (await reader.readexactly(1))[0]
    await reader.readexactly(methods)
    writer.write(SOCKS + b"\0")
    _, command, _, kind = await reader.readexactly(4)
    if kind == SOCKS_ADDRESS_4:
        host = str(ipaddress.IPv4Address(await reader.readexactly(4)))
    elif kind == SOCKS_ADDRESS_6:
        host = str(ipaddress.IPv6Address(await reader.readexactly(16)))
    elif kind == SOCKS_NAME:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("latin-1")
    else:
        raise BadRequest
    (port,) = struct.unpack(">H", await reader.readexactly(2))
    if command != SOCKS_CONNECT or not _is_host(host):
        writer.write(SOCKS + bytes([SOCKS_NO_SUCH_COMMAND, 0, 1]) + bytes(6))
        raise BadRequest
    return Wanted(host, port, SOCKS + b"\0\0\x01" + bytes(6), socks=True)
