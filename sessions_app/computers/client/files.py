"""The files of a computer, for the pages of the dashboard: on the disk, whether it runs or sleeps.

Every path is opened without ever leaving the workspace, see `local/beneath.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TypeVar

from sessions_app.computers.errors import ComputerError as ComputerError
from sessions_app.computers.errors import FileTooLarge
from sessions_app.computers.local import listing, putting, workspace
from sessions_app.computers.local.faults import raised
from sessions_app.computers.local.listing import Entry as Entry
from sessions_app.computers.local.listing import Folder as Folder
from sessions_app.computers.local.places import Places
from sessions_app.computers.local.wire import Fault
from sessions_app.computers.results import FoundFile

from . import door

SHOWN_ENTRIES = 500
PUT_LIMIT_BYTES = 100 * 2**20
ZIP_FILES = 2_000
ZIP_BYTES = 512 * 2**20

Answer = TypeVar("Answer")


class Workspace:
    """All methods are synchronous, and raise ComputerError with a text for the person."""

    def __init__(self, root: Path, computer_id: str) -> None:
        self._root, self._computer_id = root, computer_id
        self._folder = Places(root).of(computer_id).workspace

    def folder(self, path: str = "", *, hidden: bool = False) -> Folder:
        """What lies in it, 500 entries at most. Raises FileMissing, PathRefused."""
        listed = listing.list_folder
        return _told(lambda: listed(self._folder, path, hidden=hidden, limit=SHOWN_ENTRIES))

    def open(self, path: str) -> BinaryIO:
        """A regular file, for the caller to close. Raises FileMissing, PathRefused."""
        return workspace.open_file(self._folder, path)

    def below(self, path: str) -> list[FoundFile]:
        """The files of a folder, without hidden ones and `node_modules`, if they are few enough for a ZIP.

        Raises FileMissing, PathRefused, FileTooLarge.
        """
        found = workspace.find_files(self._folder, path or ".", limit_files=ZIP_FILES)
        if sum(file.size_bytes for file in found) > ZIP_BYTES:
            raise FileTooLarge(
                f"Together they are larger than {ZIP_BYTES // 2**20} MB. Take a smaller folder."
            )
        return found

    def put(self, folder: str, name: str, source: BinaryIO) -> str:
        """Copy into a new file, 100 MB at most; its path. A taken name gets a number.

        Raises FileMissing, PathRefused, FileTooLarge.
        """
        put = putting.put_file
        return _told(lambda: put(self._folder, folder, name, source, limit_bytes=PUT_LIMIT_BYTES))

    def tell_of(self, paths: Sequence[str]) -> None:
        """Tell a computer that runs what a person put there: its agent is not said to have written it.

        One that sleeps sees it as it wakes. Called where no event loop runs.
        """
        asyncio.run(self._tell_of(paths))

    async def _tell_of(self, paths: Sequence[str]) -> None:
        try:
            connection = await door.connect(self._root, self._computer_id)
        except door.NotRunning:
            return
        try:
            await connection.call("put", paths=list(paths))
        except ComputerError:
            return  # it has ended, and sees them as it wakes; or an older release of this started it
        finally:
            await connection.close()


def pieces(file: BinaryIO, *, limit_bytes: int) -> Iterator[bytes]:
    """The file piece by piece, closed at the end. One that grows meanwhile ends at the limit."""
    with file:
        while limit_bytes > 0 and (piece := file.read(min(putting.PIECE_BYTES, limit_bytes))):
            limit_bytes -= len(piece)
            yield piece


def _told(call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except Fault as fault:
        raise raised(fault) from fault
