"""Which addresses a computer may reach: public ones, and the private ones that its network setting names.

Pure decisions but for `is_own`. A reason to refuse is a sentence for the person and the model; None is yes.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAIL_PORTS = frozenset({25, 465, 587})
NETWORK_OFF = "the network of this computer is off"
# Beyond what `is_global` refuses: what some Pythons count as global, and Azure's address for its machines.
REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in """0.0.0.0/8 100.64.0.0/10 192.0.0.0/24 192.88.99.0/24 198.18.0.0/15 240.0.0.0/4
    168.63.129.16/32 100::/64 2001:2::/48 3fff::/20 5f00::/16 fec0::/10""".split()
)
NAT64, NAT64_LOCAL = bytes.fromhex("0064ff9b0000000000000000"), bytes.fromhex("0064ff9b0001")
COMPATIBLE = bytes(12)


@dataclass(frozen=True)
class Policy:
    mode: str = "public"
    deny_hosts: Sequence[str] = ()  # a name stands for itself and all below it; a literal for one address
    allow_hosts: Sequence[str] | None = None  # a name stands for itself alone, *.name for all below it
    allow_private: Sequence[str] = ()  # "127.0.0.1:8123", "[::1]:8123"

    def refusal_of_host(self, host: str, port: int) -> str | None:
        """Before a name is looked up."""
        if self.mode != "public":
            return NETWORK_OFF
        if _is_denied(host, self.deny_hosts):
            return f"{host} is on the list of denied hosts"
        if not self.lists(host):
            return f"{host} is not among the hosts that it may reach"
        if port in MAIL_PORTS:
            return f"port {port} is for sending mail"
        return None

    def lists(self, host: str) -> bool:
        """Whether it is among the hosts that may be reached, where those are named."""
        return self.allow_hosts is None or _is_listed(host, self.allow_hosts)

    def refusal_of_address(self, host: str, port: int, address: str) -> str | None:
        """Of the very address that would be connected to. `host` is what was asked for."""
        if self.allows_privately(host, port):
            return None
        literal = _literal(address)
        if literal is None:
            return f"{address} is no address"
        for meant in _meanings(literal):
            if not _is_public(meant):
                return f"{meant} is not a public address"
            if _is_denied(str(meant), self.deny_hosts):
                return f"{meant} is on the list of denied hosts"
        if is_own(literal):
            return f"{literal} is an address of the machine that runs this computer"
        return None

    def allows_privately(self, host: str, port: int) -> bool:
        """Only when the literal itself is asked for: whoever owns a name could point it anywhere."""
        asked = _literal(host)
        return asked is not None and any(
            (asked, port) == (_literal(allowed_host), allowed_port)
            for allowed_host, allowed_port in map(endpoint, self.allow_private)
        )

    def forwards(self) -> list[tuple[str, int]]:
        """Loopback endpoints to open inside the computer: a program there asks its own loopback for them."""
        if self.mode != "public":
            return []
        endpoints = [endpoint(text) for text in self.allow_private]
        return [(host, port) for host, port in endpoints if ipaddress.ip_address(host).is_loopback]


def endpoint(text: str) -> tuple[str, int]:
    """An IP literal and a port. Raises ValueError."""
    host, _, port = text.rpartition(":")
    literal = str(ipaddress.ip_address(host.removeprefix("[").removesuffix("]")))
    number = int(port)
    if not 0 < number < 65536:
        raise ValueError(f"{text} names no port.")
    return literal, number


def is_own(address: Address) -> bool:
    """An address of this machine, its public ones included: what listens there is not meant for computers."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with contextlib.closing(socket.socket(family, socket.SOCK_DGRAM)) as trial:
        try:
            trial.bind((str(address), 0))
        except OSError:
            return False
        return True


def _is_denied(host: str, denied: Sequence[str]) -> bool:
    name = host.lower().rstrip(".")
    for entry in denied:
        parent = entry.lower().removeprefix("*.").strip(".")
        if parent and (name == parent or name.endswith(f".{parent}")):
            return True
    return False


def _is_listed(host: str, listed: Sequence[str]) -> bool:
    name, literal = host.lower().rstrip("."), _literal(host)
    for entry in listed:
        wanted = entry.lower().rstrip(".")
        if wanted.startswith("*."):
            if name.endswith(wanted[1:]) and literal is None:
                return True
        elif name == wanted or (literal is not None and literal == _literal(wanted)):
            return True
    return False


def _literal(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _meanings(address: Address) -> Iterator[Address]:
    """The address, and every IPv4 address that it may stand for."""
    yield address
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    packed = address.packed
    if packed[:12] in (NAT64, COMPATIBLE) or packed[:6] == NAT64_LOCAL:
        yield ipaddress.IPv4Address(packed[12:])


def _is_public(address: Address) -> bool:
    """A mapped address is judged by what it stands for: Python's own answer differs between versions."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return _is_public(address.ipv4_mapped)
    if any(address.version == network.version and address in network for network in REFUSED_NETWORKS):
        return False
    return address.is_global and not address.is_multicast
