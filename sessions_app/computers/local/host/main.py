"""The host process of one computer: starts it, serves workers, and outlives them. See `local/start.py`.

Reads a HostSpec from standard input; writes one line to standard output: {"ready": …} or {"failed": …}.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import sys
import time
import uuid
from typing import Any

from .cgroup import Cgroup, make
from .machine import Machine, NotStarted
from .privileges import give_up_root, settle
from .service import Service
from .spec import HostSpec
from .watch import Watch

LOCK_SECONDS = 3.0
ENDED = "ended.json"
DOORS = ("host.sock", "browser.sock", "screen.sock")
SOCKETS = (*DOORS, "terminal.sock", *(f"watch-{name}" for name in DOORS))


def main() -> None:
    spec = HostSpec.parse(json.load(sys.stdin))
    _detach()
    if not _locked(spec.lock):
        _say({"failed": "It runs already."})
        return
    cgroup = make(spec.computer_id, memory_mb=spec.memory_mb, processes=spec.processes)
    try:
        if spec.user_id is not None:
            give_up_root(spec.user_id)
        settle()
        os.chdir(spec.run)
    except OSError as error:
        _say({"failed": f"The host process could not give up root: {error}."})
        return
    asyncio.run(_live(spec, cgroup))


def _detach() -> None:
    """A child in a session of its own goes on, so that nobody has to wait for it."""
    if os.fork():
        os._exit(0)
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _locked(path: str) -> bool:
    """Whether this process is the only host process of its computer; it stays so until it ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + LOCK_SECONDS
    while time.monotonic() < deadline:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(0.02)
    return False


def _say(answer: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(1, json.dumps(answer).encode() + b"\n")
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(silence, descriptor)


async def _live(spec: HostSpec, cgroup: Cgroup) -> None:
    for name in (ENDED, *SOCKETS):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
    machine = Machine(spec, cgroup)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, machine.end, "It was switched off.")
    try:
        landlock = await machine.start()
    except NotStarted as error:
        machine.kill()
        _say({"failed": str(error)})
        return
    service = Service(machine, boot_id=uuid.uuid4().hex)
    await service.listen()
    watch = Watch(spec, machine, service, measures_memory=not cgroup.counts_memory)
    watching = asyncio.ensure_future(asyncio.gather(watch.keep(), machine.browser_state.keep_on()))
    machine.reopen_pages()
    watching.add_done_callback(lambda _: machine.end("Its watch ended."))
    _say({"ready": {"cgroup": bool(cgroup.doors), "landlock": landlock}})
    why = await machine.ended
    watching.cancel()
    await machine.finish()
    _leave(why)


def _leave(why: str) -> None:
    with open(ENDED, "w") as file:
        json.dump({"why": why}, file)
    for name in SOCKETS:
        os.unlink(name)
    os._exit(0)
