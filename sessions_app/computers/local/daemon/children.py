"""Starting and reaping processes. The daemon is process 1 of its computer, so every orphan ends here too.

Process 1 cannot be killed, stopped or traced from inside: that is why the daemon is it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import subprocess
import termios
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

CALL_VARIABLE = "COMPUTER_CALL"
KILL_ROUNDS = 20
OOM_SCORE = "500"  # when memory runs out, a command goes before the computer does


@dataclass(frozen=True)
class Child:
    pid: int
    exited: asyncio.Future[int]  # the exit code; negative for the signal that killed it


@dataclass(frozen=True)
class Streams:
    stdin: int | IO[bytes] = subprocess.DEVNULL
    stdout: int = subprocess.DEVNULL
    stderr: int = subprocess.DEVNULL
    inherited: Sequence[int] = ()


class Children:
    """Every process of the computer that the daemon started. At most one in the event loop of process 1."""

    def __init__(self, confine: Callable[[], None]) -> None:
        self._confine = confine
        self._exits: dict[int, asyncio.Future[int]] = {}
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._reap)

    def start(
        self,
        argv: Sequence[str],
        *,
        streams: Streams,
        confined: bool,
        call_id: str = "",
        variables: Mapping[str, str] | None = None,
        on_terminal: bool = False,
    ) -> Child:
        """Start a process in a session of its own, on a terminal if its input is one. Raises OSError."""

        def prepare() -> None:
            if on_terminal:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if confined:
                self._confine()

        process = subprocess.Popen(
            argv,
            stdin=streams.stdin,
            stdout=streams.stdout,
            stderr=streams.stderr,
            pass_fds=streams.inherited,
            env={**os.environ, **(variables or {}), CALL_VARIABLE: call_id},
            cwd="/workspace",
            start_new_session=True,
            preexec_fn=prepare if confined or on_terminal else None,
        )
        process.returncode = 0  # keeps subprocess from reaping it behind our back
        exited = asyncio.get_running_loop().create_future()
        self._exits[process.pid] = exited
        if confined:
            _raise_oom_score(process.pid)
        return Child(process.pid, exited)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            exited = self._exits.pop(pid, None)
            if exited is not None and not exited.done():
                exited.set_result(os.waitstatus_to_exitcode(status))


def _raise_oom_score(pid: int) -> None:
    try:
        with open(f"/proc/{pid}/oom_score_adj", "w") as file:
            file.write(OOM_SCORE)
    except OSError:
        pass  # it has ended already


def signal_group(child: Child, number: int) -> None:
    if not child.exited.done():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)


def kill_call(child: Child, call_id: str) -> None:
    """End a command with all that it started, also what went into a session of its own."""
    signal_group(child, signal.SIGKILL)
    for _ in range(KILL_ROUNDS):
        pids = pids_of_call(call_id)
        if not pids:
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def pids_of_call(call_id: str) -> list[int]:
    """Living processes that carry this call's mark in their environment."""
    mark = f"\0{CALL_VARIABLE}={call_id}\0".encode()
    return [pid for pid in living_pids() if mark in b"\0" + _environment(pid)]


def living_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]


def _environment(pid: int) -> bytes:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read(1024 * 1024)
    except OSError:
        return b""
