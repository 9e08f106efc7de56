"""What a command gives up before it begins: user namespaces, and tracing processes that are not its own.

A command with the same user id could otherwise write into the browser, whose own sandbox needs looser rules.
"""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Callable
from pathlib import Path

PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER = 2
SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_RESTRICT_SELF = 444, 446
LANDLOCK_VERSION = 1
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
CONFINEMENT_FAILED = 126

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def hide_from_peers() -> None:
    """No process of the same user may trace this one or read its memory."""
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def landlock_version() -> int:
    """Of the kernel's Landlock; below 1 there is none."""
    version: int = _libc.syscall(SYS_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_VERSION)
    return version


def confinement(strict_filter: Path, *, processes: int) -> Callable[[], None]:
    """What to call between fork and exec. The child ends at once if any of it does not hold."""
    code = strict_filter.read_bytes()
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    handled = ctypes.c_uint64(MAKE_CHAR | MAKE_BLOCK)
    landlock = landlock_version() >= 1

    def confine(_pointed_into: object = buffer) -> None:
        resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
        if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or (landlock and not _enter_landlock(handled)):
            os._exit(CONFINEMENT_FAILED)
        if _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
            os._exit(CONFINEMENT_FAILED)

    return confine


def _enter_landlock(handled: ctypes.c_uint64) -> bool:
    """A domain of its own: processes outside it can no longer be traced from inside."""
    ruleset = _libc.syscall(SYS_LANDLOCK_CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(8), 0)
    if ruleset < 0:
        return False
    held: bool = _libc.syscall(SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return held
