from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.base import Computer
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import CommandEnded, ComputerSpec, Limits, Network

Keep = Callable[[str, bytes], KeptFile]


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def keep(store: BlobStore) -> Keep:
    """Puts a file into the store as if it had been copied out of a computer."""
    return lambda path, data: KeptFile(path, store.put(data), len(data))


class Desk:
    """A real computer, and a way to have something done in it."""

    def __init__(self, computer: Computer) -> None:
        self.computer = computer
        self._calls = 0

    async def run(self, command: str) -> None:
        self._calls += 1
        call_id = f"call-{self._calls}"
        await self.computer.start_command(call_id, command, timeout_seconds=60)
        async for piece in self.computer.follow(call_id):
            if isinstance(piece, CommandEnded):
                assert piece.exit_code == 0, command


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    computers = LocalComputers(tmp_path / "computers")
    computer_id = "a" * 32
    spec = ComputerSpec(limits=Limits(file_mb=4096, disk_mb=8192), network=Network(mode="none"))
    computer = await computers.open(computer_id, spec)
    try:
        yield Desk(computer)
    finally:
        await computer.disconnect()
        await computers.discard(computer_id)
