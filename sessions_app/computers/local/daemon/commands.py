"""Terminal commands, each known by its call id for as long as the computer runs."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import shlex
import signal
import time
from pathlib import Path
from typing import Any

from ..wire import Fault
from .children import Child, Children, Streams, kill_call, signal_group
from .output import OutputLog

SHELL = Path(__file__).with_name("command.sh").read_text()
STATE = "/run/user/shell"  # directory, exports and functions, from one command to the next
STATE_BYTES = 16 * 1024 * 1024
STATE_END = b"# whole\n"
PIPE_GRACE_SECONDS = 0.05  # for what still stands in the pipes when the command has ended
TERMINATION_GRACE_SECONDS = 2.0
READ_BYTES = 256 * 1024
WHOLE_LOGS = 50  # commands that ended before these keep a shorter tail


class Command:
    """One command, running or ended."""

    def __init__(self, call_id: str, child: Child) -> None:
        self.call_id = call_id
        self.child = child
        self.log = OutputLog()
        self.started = time.monotonic()
        self.ended: dict[str, Any] | None = None
        self.reason = "exited"
        self.drained = asyncio.Event()  # both pipes have ended
        self._open_pipes = 0

    def receive(self, stream: str, pipe: int) -> None:
        os.set_blocking(pipe, False)
        self._open_pipes += 1
        asyncio.get_running_loop().add_reader(pipe, self._read, stream, pipe)

    def _read(self, stream: str, pipe: int) -> None:
        """What a server that outlives its command still writes is read, so that it goes on, and dropped."""
        try:
            data = os.read(pipe, 64 * 1024)
        except BlockingIOError:
            return
        if not data:
            asyncio.get_running_loop().remove_reader(pipe)
            os.close(pipe)
            self._open_pipes -= 1
            if not self._open_pipes:
                self.drained.set()
        elif self.ended is None:
            self.log.add(stream, data)

    def stop(self, reason: str) -> None:
        if self.ended is None:
            self.reason = reason
            kill_call(self.child, self.call_id)


class Commands:
    def __init__(self, children: Children, quiet: asyncio.Lock) -> None:
        self._children = children
        self._quiet = quiet
        self._commands: dict[str, Command] = {}

    @property
    def running(self) -> int:
        return sum(command.ended is None for command in self._commands.values())

    async def start(
        self, *, call_id: str, command: str, timeout_seconds: float | None, stdin: str, env: dict[str, str]
    ) -> None:
        """`stdin` is in base64."""
        own = _own_variables(env)
        if "\0" in command + own:
            raise Fault("ComputerError", "A command cannot hold a NUL character.")
        async with self._quiet:
            if call_id in self._commands:
                return
            self._commands[call_id] = started = self._spawn(call_id, command, base64.b64decode(stdin), own)
        asyncio.get_running_loop().create_task(self._see_through(started, timeout_seconds))

    def _spawn(self, call_id: str, command: str, stdin: bytes, own: str) -> Command:
        text, given = _memory_file(f"{own}\0{command}".encode()), _memory_file(stdin)
        stdout, stdout_end = os.pipe()
        stderr, stderr_end = os.pipe()
        argv = ["/bin/bash", "-c", SHELL, "bash", STATE, call_id, str(text)]
        streams = Streams(stdin=given, stdout=stdout_end, stderr=stderr_end, inherited=(text,))
        try:
            child = self._children.start(argv, streams=streams, confined=True, call_id=call_id)
        except OSError as error:
            os.close(stdout)
            os.close(stderr)
            raise Fault("ComputerError", f"The command could not be started: {error.strerror}.") from error
        finally:
            for descriptor in (text, given, stdout_end, stderr_end):
                os.close(descriptor)
        started = Command(call_id, child)
        started.receive("stdout", stdout)
        started.receive("stderr", stderr)
        return started

    async def _see_through(self, command: Command, timeout_seconds: float | None) -> None:
        exited = command.child.exited
        await asyncio.wait([exited], timeout=timeout_seconds)
        if not exited.done():
            command.reason = "timed_out"
            signal_group(command.child, signal.SIGTERM)
            await asyncio.wait([exited], timeout=TERMINATION_GRACE_SECONDS)
            kill_call(command.child, command.call_id)
        exit_code = await exited
        duration = time.monotonic() - command.started
        _keep_state(command.child.pid)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(command.drained.wait(), PIPE_GRACE_SECONDS)
        command.ended = {
            "exit_code": exit_code,
            "duration_seconds": duration,
            "output_bytes": command.log.total_bytes,
            "reason": command.reason,
        }
        command.log.wake()
        self._shorten_old()

    def _shorten_old(self) -> None:
        for command in list(self._commands.values())[:-WHOLE_LOGS]:
            if command.ended is not None:
                command.log.shorten()

    async def read(self, *, call_id: str, offset: int, wait_seconds: float) -> dict[str, Any]:
        """What there is from `offset` on; waits when there is nothing yet."""
        command = self._commands.get(call_id)
        if command is None:
            raise Fault("KeyError", call_id)
        if command.ended is None and command.log.total_bytes <= offset:
            await command.log.grown(wait_seconds)
        pieces = command.log.read(offset, READ_BYTES)
        following = pieces[-1].end if pieces else max(offset, command.log.total_bytes)
        return {
            "pieces": [[piece.offset, piece.stream, _base64(piece.data)] for piece in pieces],
            "next": following,
            "ended": command.ended if following >= command.log.total_bytes else None,
        }

    def stop(self, *, call_id: str) -> None:
        if call_id in self._commands:
            self._commands[call_id].stop("stopped")

    def stop_all(self, why: str) -> None:
        for command in self._commands.values():
            if command.ended is None:
                command.log.add("stderr", f"\n{why}\n".encode())
                command.stop("stopped")


def _keep_state(pid: int) -> None:
    """What this command's shell left, if it came to write all of it, is what the next one begins with."""
    left = f"{STATE}.{pid}"
    with contextlib.suppress(OSError):
        with open(left, "rb") as file:
            whole = file.read(STATE_BYTES).endswith(STATE_END)
        if whole:
            os.replace(left, STATE)
        else:
            os.unlink(left)


def _own_variables(env: dict[str, str]) -> str:
    """What the shell does to have variables for one command, and to leave them out of what it hands on."""
    if not env:
        return ""
    exported = " ".join(f"{name}={shlex.quote(value)}" for name, value in env.items())
    return f"export {exported}; __own={shlex.quote(' '.join(env))}"


def _memory_file(data: bytes) -> int:
    descriptor = os.memfd_create("input")
    with open(descriptor, "wb", closefd=False) as file:
        file.write(data)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _base64(data: bytearray) -> str:
    return base64.b64encode(data).decode()
