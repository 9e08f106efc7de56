"""What lies in one folder of a workspace, as a person sees it: links as links, never followed."""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .beneath import fault_of, open_beneath, relative

READ_ENTRIES = 20_000  # of one folder; what lies beyond is not looked at
AIM_CHARACTERS = 500
EntryKind = Literal["folder", "file", "link", "other"]


@dataclass(frozen=True)
class Entry:
    """One thing in a folder. `path` is empty where its name is no text: it can be seen, and not asked for.

    `changed_at` is in seconds since 1970, as its owner has set it; `aim` is where a link leads.
    """

    name: str
    path: str
    kind: EntryKind
    size_bytes: int
    changed_at: float
    aim: str = ""


@dataclass(frozen=True)
class Folder:
    """Folders first, then by name. `more` counts what is left out, and `hidden` what begins with a dot."""

    path: str  # below the workspace; empty for all of it
    entries: list[Entry]
    more: int
    hidden: int


def list_folder(workspace: Path, path: str, *, hidden: bool, limit: int) -> Folder:
    """Raises Fault: FileMissing, PathRefused. Where there is no workspace yet, it is empty."""
    below = os.path.normpath(relative(path or "."))
    below = "" if below == "." else below
    try:
        top = os.open(workspace, os.O_PATH | os.O_DIRECTORY)
    except OSError:
        return Folder("", [], 0, 0)
    try:
        descriptor = open_beneath(top, below or ".", os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise fault_of(error, path) from error
    finally:
        os.close(top)
    try:
        found = list(itertools.islice(_entries(descriptor, below), READ_ENTRIES))
    finally:
        os.close(descriptor)
    shown = [entry for entry in found if hidden or not entry.name.startswith(".")]
    shown.sort(key=lambda entry: (entry.kind != "folder", entry.name.casefold(), entry.name))
    return Folder(below, shown[:limit], max(len(shown) - limit, 0), len(found) - len(shown))


def _entries(folder: int, below: str) -> Iterator[Entry]:
    with os.scandir(folder) as found:
        for entry in found:
            try:
                status = entry.stat(follow_symlinks=False)
                yield _entry(folder, below, entry.name, status)
            except OSError:
                continue  # gone meanwhile


def _entry(folder: int, below: str, name: str, status: os.stat_result) -> Entry:
    shown = os.fsencode(name).decode(errors="replace")
    aim = ""
    if stat.S_ISLNK(status.st_mode):
        aim = os.fsencode(os.readlink(name, dir_fd=folder)).decode(errors="replace")[:AIM_CHARACTERS]
    path = os.path.join(below, name) if shown == name else ""
    return Entry(shown, path, _kind(status.st_mode), status.st_size, status.st_mtime, aim)


def _kind(mode: int) -> EntryKind:
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISREG(mode):
        return "file"
    return "link" if stat.S_ISLNK(mode) else "other"
