"""What the workspace held at one moment: the files a person would call the work, with the short texts."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..beneath import WORKSPACE, open_beneath, open_regular
from ..wire import Fault

FILES = 5000
ENTRIES = 50_000
DEPTH = 32
TEXT_BYTES = 256 * 1024
ALL_TEXTS_BYTES = 32 * 1024 * 1024
SNIFFED_BYTES = 8 * 1024
SKIPPED_FOLDERS = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        ".venv",
        "__pycache__",
        ".tox",
        ".nox",
        ".npm",
        ".home",
        ".ipynb_checkpoints",
    }
)

Signature = tuple[int, int, int, int]


@dataclass(frozen=True)
class Entry:
    signature: Signature  # inode, size, mtime, ctime: unchanged means unread
    size_bytes: int
    digest: bytes  # empty for a large file, of which only the signature is known
    text: str | None
    binary: bool


@dataclass
class Snapshot:
    files: dict[str, Entry] = field(default_factory=dict)
    repositories: list[str] = field(default_factory=list)
    texts_bytes: int = 0
    whole: bool = True  # False when there were more files than are looked at


def take(before: Snapshot) -> Snapshot:
    """The workspace now. Files whose signature stands in `before` are not read again."""
    now = Snapshot()
    workspace = os.open(WORKSPACE, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for path, status in _walk(workspace, now):
            if len(now.files) >= FILES:
                now.whole = False
                break
            entry = _entry(workspace, path, status, before.files.get(path), now)
            if entry is not None:
                now.files[path] = entry
    finally:
        os.close(workspace)
    return now


def look_at(snapshot: Snapshot, paths: list[str]) -> None:
    """Take these files into a snapshot as they are now; what is no regular file is left out."""
    workspace = os.open(WORKSPACE, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for path in paths:
            try:
                descriptor = open_beneath(workspace, path, os.O_PATH | os.O_NOFOLLOW)
            except OSError:
                continue
            status = os.fstat(descriptor)
            os.close(descriptor)
            entry = _entry(workspace, path, status, None, snapshot) if stat.S_ISREG(status.st_mode) else None
            if entry is not None:
                snapshot.files[path] = entry
    finally:
        os.close(workspace)


def _walk(workspace: int, now: Snapshot) -> Iterator[tuple[str, os.stat_result]]:
    """Regular files in the order of their paths. Notes each repository on the way."""
    waiting = [""]
    entries = 0
    while waiting:
        folder = waiting.pop()
        found = _scan(workspace, folder)
        entries += len(found)
        if entries > ENTRIES:
            now.whole = False
            return
        deeper = []
        for name, status in found:
            path = os.path.join(folder, name)
            if name == ".git":
                now.repositories.append(folder or ".")
            if stat.S_ISREG(status.st_mode):
                yield path, status
            elif stat.S_ISDIR(status.st_mode) and not _is_skipped(name) and path.count("/") < DEPTH:
                deeper.append(path)
        waiting += reversed(deeper)


def _scan(workspace: int, folder: str) -> list[tuple[str, os.stat_result]]:
    try:
        descriptor = open_beneath(workspace, folder or ".", os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return []
    try:
        return sorted(_statuses(descriptor), key=lambda pair: pair[0])
    finally:
        os.close(descriptor)


def _statuses(folder: int) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as found:
        for entry in found:
            try:
                entry.name.encode()
                yield entry.name, entry.stat(follow_symlinks=False)
            except (OSError, UnicodeEncodeError):
                continue  # gone meanwhile, or a name that is no text


def _is_skipped(name: str) -> bool:
    return name in SKIPPED_FOLDERS or (name.startswith(".") and name.endswith("cache"))


def _entry(
    workspace: int, path: str, status: os.stat_result, known: Entry | None, now: Snapshot
) -> Entry | None:
    signature = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    if known is not None and known.signature == signature:
        now.texts_bytes += len(known.text or "")
        return known
    try:
        with open(open_regular(workspace, path, os.O_RDONLY), "rb") as file:
            data = file.read(TEXT_BYTES + 1)
    except (Fault, OSError):
        return None
    binary = b"\0" in data[:SNIFFED_BYTES]
    if len(data) > TEXT_BYTES:
        return Entry(signature, status.st_size, b"", None, binary)
    text = None if binary else _text(data)
    digest = hashlib.blake2b(data, digest_size=16).digest()
    if text is not None and now.texts_bytes + len(text) > ALL_TEXTS_BYTES:
        return Entry(signature, len(data), digest, None, binary=False)
    now.texts_bytes += len(text or "")
    return Entry(signature, len(data), digest, text, binary=text is None)


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
