"""What a person put into a computer that runs is not said to be its agent's work."""

from __future__ import annotations

import asyncio
import io

import pytest

from sessions_app.computers.client.files import Workspace
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.provider import LocalComputers
from tests.computers.shell import run

pytestmark = pytest.mark.sandbox


async def test_only_what_the_agent_wrote_counts_as_its_changes(
    computers: LocalComputers, computer: LocalComputer
) -> None:
    workspace = Workspace(computers.root, computer.computer_id)
    await run(computer, "mkdir -p data; echo 1 > data/own.csv")
    await computer.changes("before")
    put = [workspace.put("data", name, io.BytesIO(b"1,2\n")) for name in ("own.csv", "new.csv")]
    assert put == ["data/own-2.csv", "data/new.csv"]
    await asyncio.to_thread(workspace.tell_of, [*put, "../run", "nowhere"])
    await run(computer, "cat data/new.csv; echo 3 >> data/new.csv; echo 4 > data/more.csv")
    found = {change.path: change.kind for change in (await computer.changes("after")).files}
    assert found == {"data/new.csv": "modified", "data/more.csv": "added"}
