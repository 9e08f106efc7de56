"""How much memory the computer uses, where no control group counts it."""

from __future__ import annotations

import os

from .children import living_pids

TEMPORARY = ("/tmp", "/dev/shm", "/run/user")


def memory_mb() -> int:
    """Every process's fair share of its pages, and what lies in the temporary file systems."""
    kilobytes = sum(_share_kilobytes(pid) for pid in [1, *living_pids()])
    return kilobytes // 1024 + sum(_used_mb(path) for path in TEMPORARY)


def _share_kilobytes(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("Pss:")), 0)
    except OSError:
        return 0


def _used_mb(path: str) -> int:
    status = os.statvfs(path)
    return (status.f_blocks - status.f_bfree) * status.f_frsize // (1024 * 1024)
