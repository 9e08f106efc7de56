"""Files of a workspace, opened without ever leaving it, however its owner moves links about meanwhile.

Standard library only: the daemon inside the sandbox uses it as the worker outside does.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat

from .wire import Fault

WORKSPACE = "/workspace"

SYS_OPENAT2 = 437  # the same number on every processor; Linux 5.6
NO_XDEV, NO_MAGICLINKS, BENEATH = 0x01, 0x02, 0x08
RACES = 64  # openat2 says EAGAIN when a rename raced with it

_libc = ctypes.CDLL(None, use_errno=True)


class _OpenHow(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


def relative(path: str) -> str:
    """The path below the workspace. Raises Fault when it is absolute and elsewhere, or no path at all."""
    if not path or "\0" in path or not _is_text(path):
        raise Fault("PathRefused", "That is not a path.")
    if path.startswith("/"):
        if path.rstrip("/") == WORKSPACE:
            return "."
        if not path.startswith(f"{WORKSPACE}/"):
            raise Fault("PathRefused", f"{path} lies outside the workspace. Name a path below {WORKSPACE}.")
        path = path[len(WORKSPACE) :].lstrip("/")
    return path or "."


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def open_beneath(folder: int, path: str, flags: int, mode: int = 0) -> int:
    """A descriptor of what lies at `path` below `folder`. Raises OSError; EXDEV when the path leads out."""
    how = _OpenHow(flags | os.O_CLOEXEC, mode, NO_XDEV | NO_MAGICLINKS | BENEATH)
    for _ in range(RACES):
        descriptor: int = _libc.syscall(
            SYS_OPENAT2, folder, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how)
        )
        if descriptor >= 0:
            return descriptor
        if ctypes.get_errno() != errno.EAGAIN:
            break
    code = ctypes.get_errno()
    raise OSError(code, os.strerror(code), path)


def open_regular(folder: int, path: str, flags: int, mode: int = 0) -> int:
    """As `open_beneath`, and never waits for a pipe. Raises Fault for whatever is not a regular file."""
    try:
        descriptor = open_beneath(folder, path, flags | os.O_NONBLOCK | os.O_NOCTTY, mode)
    except OSError as error:
        raise fault_of(error, path) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        os.close(descriptor)
        raise Fault("PathRefused", f"{path} is {'a folder' if is_folder else 'not a regular file'}.")
    return descriptor


def fault_of(error: OSError, path: str) -> Fault:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Fault("FileMissing", f"There is no file {path}.")
    if error.errno in (errno.EXDEV, errno.ELOOP):
        return Fault("PathRefused", f"{path} leads out of the workspace, or is a link with an absolute aim.")
    if error.errno == errno.EISDIR:
        return Fault("PathRefused", f"{path} is a folder.")
    if error.errno in (errno.ENXIO, errno.ENODEV):
        return Fault("PathRefused", f"{path} is not a regular file.")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Fault("FileTooLarge", f"{path} does not fit on the computer's disk.")
    return Fault("PathRefused", f"{path} could not be opened: {error.strerror}.")
