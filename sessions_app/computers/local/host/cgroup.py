"""A control group of its own for each computer, where this process may make one: only root may, as a rule.

The group is made as root, and joined by the sandbox alone through descriptors that were opened as root.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
PARENT = "lightcone-dispatch"
MEGABYTE = 1024 * 1024


@dataclass
class Cgroup:
    folders: list[Path] = field(default_factory=list)
    doors: list[int] = field(default_factory=list)  # open cgroup.procs files
    counts_memory: bool = False

    def enter(self) -> None:
        """Between fork and exec of the sandbox."""
        for door in self.doors:
            os.write(door, b"0")


def make(name: str, *, memory_mb: int, processes: int) -> Cgroup:
    """An empty Cgroup where none can be made: then the memory watch and the process limit stand alone."""
    memory = str(memory_mb * MEGABYTE)
    made = Cgroup()
    if os.geteuid() != 0:
        return made
    if (MOUNT / "cgroup.controllers").exists():
        settings = {"memory.max": memory, "memory.swap.max": "0", "pids.max": str(processes)}
        _add(made, MOUNT / PARENT / name, settings, unified=True)
        made.counts_memory = bool(made.doors)
        return made
    made.counts_memory = _add(made, _version_1("memory", name), {"memory.limit_in_bytes": memory})
    _add(made, _version_1("pids", name), {"pids.max": str(processes)})
    return made


def _version_1(controller: str, name: str) -> Path:
    """Below the group that this process is in, so that the limits set for it hold for its computers too."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, own = line.split(":", 2)
        if controller in controllers.split(","):
            return MOUNT / controller / own.lstrip("/") / PARENT / name
    return MOUNT / controller / PARENT / name


def _add(made: Cgroup, folder: Path, settings: dict[str, str], *, unified: bool = False) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if unified:
            (folder.parent.parent / "cgroup.subtree_control").write_text("+memory +pids")
            (folder.parent / "cgroup.subtree_control").write_text("+memory +pids")
        for setting, value in settings.items():
            if setting != "memory.swap.max" or (folder / setting).exists():
                (folder / setting).write_text(value)
        made.doors.append(os.open(folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC))
    except OSError:
        return False
    made.folders.append(folder)
    return True


def remove(name: str) -> bool:
    """After the computer has ended. False when a group still holds a process, and stays."""
    for folder in _possible(name):
        with contextlib.suppress(OSError):
            folder.rmdir()
    return not any(folder.exists() for folder in _possible(name))


def _possible(name: str) -> Iterator[Path]:
    if (MOUNT / "cgroup.controllers").exists():
        yield MOUNT / PARENT / name
    else:
        yield from (_version_1(controller, name) for controller in ("memory", "pids"))
