"""Looking at processes from outside of a computer."""

from __future__ import annotations

import os

from sessions_app.computers.local.alive import host_pid as pid_of_host
from sessions_app.computers.local.provider import LocalComputers


def host_pid(computers: LocalComputers, computer_id: str) -> int:
    pid = pid_of_host(computers.places.of(computer_id))
    assert pid is not None
    return pid


def descendants(pid: int) -> list[int]:
    """Parents before children."""
    found = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


def children(pid: int) -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and parent(int(name)) == pid]


def parent(pid: int) -> int:
    return int(fields(pid)[1])


def lives(pid: int) -> bool:
    """A process that has ended and was not reaped yet does not."""
    return fields(pid)[0] not in "XZ"


def fields(pid: int) -> list[str]:
    """State, parent, and what follows, as proc(5) has it."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return ["X", "0"]
