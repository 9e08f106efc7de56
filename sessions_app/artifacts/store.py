"""Bytes that outlive the computer, each kept once under the SHA-256 of its content.

BlobError
├── BlobMissing    nothing is kept under that digest
├── BlobTooLarge   the stream holds more than the call allows
└── StoreFull      the disk has no room; nothing of it was kept
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

PIECE_BYTES = 256 * 1024
GONE = "This file is not kept any more."
UNFINISHED = ".unfinished-"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class BlobError(Exception):
    """Something the store cannot do. The text is for a person."""


class BlobMissing(BlobError):
    """Nothing is kept under that digest."""


class BlobTooLarge(BlobError):
    """The stream holds more than the call allows."""


class StoreFull(BlobError):
    """The disk has no room for it."""


class Stored(NamedTuple):
    sha256: str
    size_bytes: int


class Content(Protocol):
    """Where the bytes of a file are read from. Raises what it raises of BlobError, and OSError."""

    def open(self, digest: str) -> BinaryIO:
        """The caller closes it."""

    def read(self, digest: str, *, limit_bytes: int = -1) -> bytes:
        """The same at once, or its first `limit_bytes`."""


class BlobStore(Content):
    """Blobs in a folder of their own: `<root>/ab/cd/abcd…`, readable by the server's user alone.

    A name appears when its content is whole and on the disk, so a row may name a digest as soon as `put` has
    returned. Making one costs nothing; any number may share a folder, in any number of processes.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Keep bytes; their digest. Raises StoreFull."""
        return self.put_stream(io.BytesIO(data), limit_bytes=len(data)).sha256

    def put_stream(self, stream: BinaryIO, *, limit_bytes: int) -> Stored:
        """Keep what a file holds, read in pieces of 256 KiB. Raises BlobTooLarge, StoreFull."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=self.root)
            unfinished = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as target:
                    stored = _copy(stream, target, limit_bytes=limit_bytes)
                self._keep(unfinished, stored.sha256)
            finally:
                unfinished.unlink(missing_ok=True)
        except OSError as fault:
            if fault.errno in _NO_ROOM:
                raise StoreFull("The server's disk is full. Make room, then try again.") from fault
            raise
        return stored

    def _keep(self, unfinished: Path, digest: str) -> None:
        target = self._path(digest)
        for folder in (target.parent.parent, target.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not target.exists():
            unfinished.replace(target)
        # Also when somebody else was first: their name may not have reached the disk yet.
        for folder in (target.parent, target.parent.parent, self.root):
            _sync_folder(folder)

    def open(self, digest: str) -> BinaryIO:
        """What is kept under a digest; the caller closes it. Raises BlobMissing; ValueError for no digest."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            raise BlobMissing(GONE) from None

    def read(self, digest: str, *, limit_bytes: int = -1) -> bytes:
        """The same at once, or its first `limit_bytes`."""
        with self.open(digest) as stream:
            return stream.read(limit_bytes)

    def pieces(self, digest: str) -> Iterator[bytes]:
        """The same in pieces of 256 KiB; the file is open only while they are taken."""
        with self.open(digest) as stream:
            while piece := stream.read(PIECE_BYTES):
                yield piece

    def size_bytes(self, digest: str) -> int:
        """Raises BlobMissing."""
        try:
            return self._path(digest).stat().st_size
        except FileNotFoundError:
            raise BlobMissing(GONE) from None

    def exists(self, digest: str) -> bool:
        return self._path(digest).is_file()

    def sweep(self, *, older_than_seconds: float = 24 * 60 * 60) -> int:
        """Delete what a killed process left unfinished; how many files that were."""
        limit = time.time() - older_than_seconds
        left = [path for path in self.root.glob(f"{UNFINISHED}*") if path.stat().st_mtime < limit]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError("That is no SHA-256 in hexadecimal.")
        return self.root / digest[:2] / digest[2:4] / digest


def _copy(stream: BinaryIO, target: BinaryIO, *, limit_bytes: int) -> Stored:
    digest, size_bytes = hashlib.sha256(), 0
    while piece := stream.read(PIECE_BYTES):
        size_bytes += len(piece)
        if size_bytes > limit_bytes:
            raise BlobTooLarge(f"It is larger than {limit_bytes} bytes.")
        digest.update(piece)
        target.write(piece)
    target.flush()
    os.fsync(target.fileno())
    return Stored(digest.hexdigest(), size_bytes)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
