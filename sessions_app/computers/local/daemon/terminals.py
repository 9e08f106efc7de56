"""Shells for people, each on a terminal of its own. The host process holds the other end of each."""

from __future__ import annotations

import fcntl
import os
import struct
import termios

from ..wire import Fault
from .children import Child, Children, Streams

MOST = 4
SHELL = ["/bin/bash", "-i"]
VARIABLES = {
    "TERM": "xterm-256color",
    "PS1": r"\[\e[36m\]\w\[\e[0m\] $ ",
    "PAGER": "less",
    "HISTFILE": "/home/agent/.bash_history_of_people",
}


class Terminals:
    def __init__(self, children: Children) -> None:
        self._children = children
        self._shells: dict[str, Child] = {}

    async def open(self, *, terminal: str, columns: int, rows: int) -> int:
        """Start a shell; the descriptor of its terminal's other end, for the host process alone."""
        self._shells = {name: child for name, child in self._shells.items() if not child.exited.done()}
        if len(self._shells) >= MOST:
            raise Fault("ComputerError", f"{MOST} terminals are open, the most that can be. Close one first.")
        near, far = os.openpty()
        try:
            os.set_inheritable(near, False)
            fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            streams = Streams(stdin=far, stdout=far, stderr=far)
            self._shells[terminal] = self._children.start(
                SHELL, streams=streams, confined=True, call_id=f"terminal-{terminal}", variables=VARIABLES,
                on_terminal=True,
            )  # fmt: skip
        except OSError as error:
            os.close(near)
            raise Fault("ComputerError", f"The terminal could not be opened: {error.strerror}.") from error
        finally:
            os.close(far)
        return near
