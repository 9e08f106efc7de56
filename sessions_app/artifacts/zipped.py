from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from .kept_file import KeptFile
from .store import PIECE_BYTES, Content


def zipped(files: Iterable[KeptFile], store: Content) -> Iterator[bytes]:
    """A ZIP of the files, piece by piece as they are read; the disk sees none of it. Raises BlobMissing."""
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.path)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with store.open(file.sha256) as source, archive.open(entry, "w") as target:
                while piece := source.read(PIECE_BYTES):
                    target.write(piece)
                    yield pieces.taken()
    yield pieces.taken()


class _Pieces(io.RawIOBase):
    """A file that cannot seek, emptied as it is written."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken
