"""Names of hosts, as a policy compares them and a person reads them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.ASCII)


def host_of(url: str) -> str:
    """The host of an address as it goes over the wire. Empty when there is none."""
    try:
        return plain(urlsplit(url.strip()).hostname or "")
    except ValueError:
        return ""


def plain(host: str) -> str:
    """In small letters of ASCII, so that no letter passes for another. Empty for what is no host."""
    host = host.strip().strip("[]").rstrip(".").lower()
    if is_address(host):
        return str(ipaddress.ip_address(host))
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        return ""
    return name if len(name) <= 253 and _NAME.fullmatch(name) else ""


def is_own(host: str) -> bool:
    """Whether it means the computer itself, which nobody needs to be asked about."""
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def is_listed(host: str, hosts: Sequence[str]) -> bool:
    """As `computers.results.Network.allow_hosts` says: a name stands for itself, *.name for all below it."""
    return any(
        host.endswith(listed[1:]) and not is_address(host) if listed.startswith("*.") else host == listed
        for listed in hosts
    )


def is_address(host: str) -> bool:
    """One with a zone is none: its zone could say anything, and would be read in a question as it stands."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host
