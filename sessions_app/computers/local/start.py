"""Starting the host process of a computer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sessions_app.computers.errors import ComputerUnavailable
from sessions_app.computers.results import ComputerSpec

from .diagnosis import explain
from .host import cgroup
from .places import Place
from .python import system_python

START_SECONDS = 45.0
START = "import sys; sys.path.insert(0, {code!r}); from local.host.main import main; main()"


async def start_host(place: Place, spec: ComputerSpec, *, user_id: int | None, code: Path) -> dict[str, Any]:
    """Start it and wait until the sandbox holds. Raises ComputerUnavailable with the reason and its cure.

    The answer's `cgroup` says whether a control group holds it, `landlock` which version the kernel has.
    """
    python = await system_python()
    await asyncio.to_thread(cgroup.remove, place.computer_id)
    told = json.dumps(_told(place, spec, user_id=user_id, code=code, python=python)).encode()
    answer = await _ask([python, "-I", "-S", "-c", START.format(code=str(code))], told, place.log)
    if "ready" not in answer:
        reason, cure = explain(answer.get("failed", f"the host process did not start; see {place.log}."))
        raise ComputerUnavailable(reason, cure=cure)
    ready: dict[str, Any] = answer["ready"]
    return ready


async def _ask(argv: list[str], told: bytes, log: Path) -> dict[str, Any]:
    """What the host process says when it is ready, or why it is not. By then it is nobody's child."""
    complaints = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(complaints)
    try:
        line, _ = await asyncio.wait_for(process.communicate(told), START_SECONDS)
    except TimeoutError:
        line = b""
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()  # nobody waits for this computer any more
        raise
    answer: dict[str, Any] = json.loads(line or b"{}")
    return answer


def _told(
    place: Place, spec: ComputerSpec, *, user_id: int | None, code: Path, python: str
) -> dict[str, Any]:
    """In the shape of `host.spec.HostSpec`."""
    return {
        "computer_id": place.computer_id,
        "user_id": user_id,
        "python": python,
        "code": str(code),
        "folder": str(place.folder),
        "lock": str(place.host_lock),
        "kind": spec.kind,
        "width": spec.width,
        "height": spec.height,
        **asdict(spec.limits),
        "policy": asdict(spec.network),
    }
