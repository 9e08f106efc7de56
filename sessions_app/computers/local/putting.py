"""Putting a person's file into a workspace from outside, whether the computer runs or sleeps.

It is always a new file, made below a folder that was opened without leaving the workspace: nothing that an
agent moves or links there meanwhile is written to.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .beneath import fault_of, open_beneath, relative
from .wire import Fault

PIECE_BYTES = 256 * 1024
FREE_MB = 512  # what is left to everybody else on the disk
NUMBERS = 1000  # that a name may get where it is taken
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


def put_file(workspace: Path, folder: str, name: str, source: BinaryIO, *, limit_bytes: int) -> str:
    """Copy what `source` holds into a new file; its path. A name that is taken gets a number.

    Raises Fault: FileMissing without the folder, PathRefused, FileTooLarge past the limit or the disk.
    Nothing of it is left then.
    """
    owner, target = _open_folder(workspace, folder)
    try:
        made, descriptor = _make(target, name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                _give_to(owner, descriptor)
                _copy(source, file, workspace, limit_bytes=limit_bytes)
        except BaseException as fault:
            os.unlink(made, dir_fd=target)
            if isinstance(fault, OSError):
                raise fault_of(fault, made) from fault
            raise
    finally:
        os.close(target)
    return os.path.normpath(os.path.join(folder, made))


def _open_folder(workspace: Path, folder: str) -> tuple[os.stat_result, int]:
    """The status of the workspace, whose owner is the computer's user; and a folder of it, opened."""
    try:
        top = os.open(workspace, os.O_PATH | os.O_DIRECTORY)
        try:
            return os.fstat(top), open_beneath(top, relative(folder or "."), os.O_RDONLY | os.O_DIRECTORY)
        finally:
            os.close(top)
    except OSError as error:
        raise fault_of(error, folder or "workspace") from error


def _make(folder: int, name: str) -> tuple[str, int]:
    """A new file, under the first of its names that is free."""
    if not name or name in (".", "..") or "/" in name or "\0" in name:
        raise Fault("PathRefused", "That is no name for a file.")
    for candidate in _names(name):
        try:
            return candidate, open_beneath(folder, candidate, NEW, 0o644)
        except FileExistsError:
            continue
        except OSError as error:
            raise fault_of(error, name) from error
    raise Fault("PathRefused", f"There are too many files called {name}.")


def _names(name: str) -> Iterator[str]:
    yield name
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, f".{ending}") if dot and stem else (name, "")
    for number in range(2, NUMBERS):
        yield f"{stem}-{number}{ending}"


def _give_to(owner: os.stat_result, descriptor: int) -> None:
    os.fchmod(descriptor, 0o644)
    if os.geteuid() == 0:
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _copy(source: BinaryIO, target: BinaryIO, workspace: Path, *, limit_bytes: int) -> None:
    copied = 0
    while piece := source.read(PIECE_BYTES):
        copied += len(piece)
        if copied > limit_bytes:
            raise Fault("FileTooLarge", f"The file is larger than {limit_bytes // 2**20} MB.")
        if shutil.disk_usage(workspace).free < FREE_MB * 2**20:
            raise OSError(errno.ENOSPC, "the disk is almost full")
        target.write(piece)
