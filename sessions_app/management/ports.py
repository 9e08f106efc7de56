from __future__ import annotations

import socket

TRIES = 50


class NoPort(Exception):
    """No port can be listened on."""


def listen(host: str, port: int, *, named: bool, avoid: int = 0) -> socket.socket:
    """A listening socket at this port or, unless a person named it, at the next free one. Raises NoPort."""
    last: OSError | None = None
    for candidate in range(port, port + (1 if named else TRIES)):
        if candidate == avoid:
            continue
        try:
            return _bind(host, candidate)
        except OSError as error:
            last = error
    raise NoPort(f"Port {port} of {host} cannot be used: {last}. Name another one with --port.")


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
