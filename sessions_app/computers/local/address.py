"""Addresses of unix sockets, which hold no more than 107 bytes of a path."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

ADDRESS_BYTES = 107


class SocketAddress:
    """A socket's path, short enough to be an address: through an open folder when the true one is not.

    Holds for this process's children too, as long as it is open.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._descriptor: int | None = None

    def open(self) -> str:
        whole = str(self._folder / self._name)
        if len(os.fsencode(whole)) <= ADDRESS_BYTES:
            return whole
        self._descriptor = os.open(self._folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/{os.getpid()}/fd/{self._descriptor}/{self._name}"

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextlib.contextmanager
def short_address(folder: Path, name: str) -> Iterator[str]:
    address = SocketAddress(folder, name)
    try:
        yield address.open()
    finally:
        address.close()
