"""What a machine has for computers, tried for real, each with the line that mends what is missing."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from sessions_app.computers.errors import ComputerError, ComputerUnavailable
from sessions_app.computers.results import Check

from .daemon import desktop
from .daemon.chromium import find_browser
from .diagnosis import in_container

FREE_MB = 2048
MEGABYTE = 1024 * 1024
FONTS = Path("/usr/share/fonts")
HEADLESS = "chromium-headless-shell"

Start = Callable[[str, str], Awaitable[Any]]  # a kind of computer and what to call on one, which is then gone


async def checks(start: Start, ready: dict[str, int], folder: Path) -> Sequence[Check]:
    """`start` tries something in a computer that is made for it; `ready` is what the host process found."""
    return (
        await _bubblewrap(),
        _control_groups(ready),
        _landlock(ready),
        await _browser(start),
        await _desktop(start),
        _fonts(),
        _disk(folder),
        *([_container()] if in_container() else []),
    )


async def _bubblewrap() -> Check:
    process = await asyncio.create_subprocess_exec("bwrap", "--version", stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return Check("bubblewrap", True, f"{said.decode(errors='replace').strip()} makes sandboxes that hold.")


def _control_groups(ready: dict[str, int]) -> Check:
    if ready["cgroup"]:
        return Check("control groups", True, "They fence the memory and the processes of each computer.")
    cure = "run the server as root, or as a systemd service with Delegate=yes"
    return Check("control groups", False, "None can be made here: memory is watched, not fenced.", cure)


def _landlock(ready: dict[str, int]) -> Check:
    if ready["landlock"] >= 1:
        return Check("landlock", True, f"Version {ready['landlock']} keeps commands out of the browser.")
    return Check(
        "landlock", False, "This kernel has none: computers have no browser.", "use Linux 5.13 or newer"
    )


async def _browser(start: Start) -> Check:
    if reason := await _fails(start, "browser", "browser"):
        return Check("browser", False, reason, f"apt-get install chromium {HEADLESS}")
    found = find_browser() or ""
    if HEADLESS not in found and "headless_shell" not in found:
        says = f"{found} starts. {HEADLESS} would take half of its memory: apt-get install {HEADLESS}"
        return Check("browser", True, says)
    return Check("browser", True, f"{found} starts in a sandbox.")


async def _desktop(start: Start) -> Check:
    lacking = desktop.missing() or ([] if find_browser(headless=False) else ["chromium"])
    if lacking:
        says = f"A desktop needs what is missing here: {', '.join(lacking)}."
        return Check("desktop", False, says, f"apt-get install {' '.join(lacking)}")
    reason = await _fails(start, "desktop", "show")
    return Check("desktop", not reason, reason or "A desktop starts, with windows and programs.")


async def _fails(start: Start, kind: str, call: str) -> str:
    try:
        await start(kind, call)
    except (ComputerUnavailable, ComputerError) as error:
        return str(error) or "It does not start."
    return ""


def _fonts() -> Check:
    if FONTS.is_dir() and any(FONTS.iterdir()):
        return Check("fonts", True, "Pages can be drawn.")
    return Check("fonts", False, "There are none: pages show boxes.", "apt-get install fonts-dejavu-core")


def _disk(folder: Path) -> Check:
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    free_mb = shutil.disk_usage(there).free // MEGABYTE
    says = f"{free_mb / 1024:.1f} GB are free in {there}."
    if free_mb >= FREE_MB:
        return Check("disk", True, says)
    return Check("disk", False, f"{says} Computers stop when it is full.", f"make room in {os.fspath(there)}")


def _container() -> Check:
    return Check("container", True, "The server runs in one. Sandboxes hold in it as it is started now.")
