"""Writing and editing files of the workspace, from inside the sandbox."""

from __future__ import annotations

import base64
import errno
import os
import stat

from ..beneath import WORKSPACE, fault_of, open_beneath, open_regular, relative
from ..wire import Fault

WRITE_LIMIT_BYTES = 10 * 1024 * 1024


def write(*, path: str, data: str) -> None:
    """`data` is in base64. Makes the folders above."""
    _write(path, base64.b64decode(data))


def edit(*, path: str, old: str, new: str, everywhere: bool) -> int:
    """How many times `old` was replaced."""
    text = _read_text(path)
    found = text.count(old) if old else 0
    if not old:
        raise Fault("EditRefused", "The text to replace is empty.")
    if found == 0:
        raise Fault(
            "EditRefused", f"The text to replace does not stand in {path}. Read the file and try again."
        )
    if found > 1 and not everywhere:
        raise Fault(
            "EditRefused",
            f"The text to replace stands in {path} {found} times. Give more of its surroundings, "
            "or replace it everywhere.",
        )
    _write(path, text.replace(old, new).encode())
    return found


def _read_text(path: str) -> str:
    workspace = os.open(WORKSPACE, os.O_PATH | os.O_DIRECTORY)
    try:
        with open(open_regular(workspace, relative(path), os.O_RDONLY), "rb") as file:
            data = file.read(WRITE_LIMIT_BYTES + 1)
    finally:
        os.close(workspace)
    if len(data) > WRITE_LIMIT_BYTES:
        raise Fault("FileTooLarge", f"{path} is larger than 10 MiB.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Fault("EditRefused", f"{path} is no UTF-8 text.") from None


def _write(path: str, data: bytes) -> None:
    if len(data) > WRITE_LIMIT_BYTES:
        raise Fault("FileTooLarge", f"{path} would be larger than 10 MiB.")
    below = relative(path)
    workspace = os.open(WORKSPACE, os.O_PATH | os.O_DIRECTORY)
    try:
        _make_folders(workspace, os.path.dirname(below))
        descriptor = open_regular(workspace, below, os.O_WRONLY | os.O_CREAT, 0o644)
        with open(descriptor, "wb") as file:
            file.truncate()
            file.write(data)
    except OSError as error:
        raise fault_of(error, path) from error
    finally:
        os.close(workspace)


def _make_folders(workspace: int, path: str) -> None:
    made = ""
    for name in filter(None, path.split("/")):
        parent, made = made or ".", os.path.join(made, name)
        try:
            os.close(open_beneath(workspace, made, os.O_PATH | os.O_DIRECTORY))
        except FileNotFoundError:
            _make_folder(workspace, parent, name)
        except NotADirectoryError:
            raise Fault("PathRefused", f"{made} is a file, not a folder.") from None


def _make_folder(workspace: int, parent: str, name: str) -> None:
    folder = open_beneath(workspace, parent, os.O_PATH | os.O_DIRECTORY)
    try:
        os.mkdir(name, dir_fd=folder)
    except FileExistsError as error:
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), name) from error
    finally:
        os.close(folder)
