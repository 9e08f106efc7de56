"""A computer's files, read from outside without ever leaving its workspace. See `beneath`."""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sessions_app.computers import errors
from sessions_app.computers.results import FoundFile

from .beneath import fault_of, open_beneath, open_regular, relative
from .faults import raised
from .wire import Fault

ENTRIES = 100_000
DEPTH = 64
UNLISTED = frozenset({"node_modules"})


def open_file(workspace: Path, path: str) -> BinaryIO:
    """Raises FileMissing, PathRefused."""
    try:
        folder = os.open(workspace, os.O_PATH | os.O_DIRECTORY)
        try:
            return os.fdopen(open_regular(folder, relative(path), os.O_RDONLY), "rb")
        finally:
            os.close(folder)
    except Fault as fault:
        raise raised(fault) from fault
    except OSError as error:
        raise errors.FileMissing("This computer has no workspace yet.") from error


def read_beneath(workspace: Path, path: str, *, limit_bytes: int) -> bytes:
    """A whole file. Raises FileMissing, PathRefused, FileTooLarge."""
    with open_file(workspace, path) as file:
        data = file.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise errors.FileTooLarge(f"{path} is larger than {limit_bytes} bytes.")
    return data


def find_files(workspace: Path, path: str, *, limit_files: int) -> list[FoundFile]:
    """Raises FileMissing, PathRefused, FileTooLarge."""
    try:
        start = _open_start(workspace, path)
        try:
            return _found(start, path, limit_files)
        finally:
            os.close(start)
    except Fault as fault:
        raise raised(fault) from fault


def _open_start(workspace: Path, path: str) -> int:
    try:
        folder = os.open(workspace, os.O_PATH | os.O_DIRECTORY)
    except OSError as error:
        raise Fault("FileMissing", "This computer has no workspace yet.") from error
    try:
        return open_beneath(folder, relative(path), os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        raise fault_of(error, path) from error
    finally:
        os.close(folder)


def _found(start: int, path: str, limit_files: int) -> list[FoundFile]:
    status = os.fstat(start)
    if stat.S_ISREG(status.st_mode):
        return [FoundFile(os.path.basename(path.rstrip("/")), status.st_size)]
    if not stat.S_ISDIR(status.st_mode):
        raise Fault("PathRefused", f"{path} is not a regular file.")
    found = list(itertools.islice(_walk(start), limit_files + 1))
    if len(found) > limit_files:
        raise Fault("FileTooLarge", f"More than {limit_files} files lie below {path}.")
    return sorted(found, key=lambda file: file.path)


def _walk(start: int) -> Iterator[FoundFile]:
    """Regular files that a listing shows. Opens each folder anew from the top: no rename leads out."""
    waiting, entries = ["."], 0
    while waiting:
        folder = waiting.pop()
        for name, status in _entries(start, folder):
            entries += 1
            if entries > ENTRIES:
                raise Fault("FileTooLarge", f"More than {ENTRIES} files and folders lie there.")
            if name.startswith(".") or name in UNLISTED:
                continue
            path = os.path.normpath(os.path.join(folder, name))
            if stat.S_ISREG(status.st_mode):
                yield FoundFile(path, status.st_size)
            elif stat.S_ISDIR(status.st_mode) and path.count("/") < DEPTH:
                waiting.append(path)


def _entries(start: int, folder: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        descriptor = open_beneath(start, folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        with os.scandir(descriptor) as found:
            for entry in found:
                try:
                    entry.name.encode()
                    yield entry.name, entry.stat(follow_symlinks=False)
                except (OSError, UnicodeEncodeError):
                    continue  # gone meanwhile, or a name that is no text
    finally:
        os.close(descriptor)
