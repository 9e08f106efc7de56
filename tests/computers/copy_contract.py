"""What every kind of computer keeps of its promise about copies. See `contract`."""

from __future__ import annotations

import uuid

import pytest

from sessions_app.computers.base import Computer, Computers
from sessions_app.computers.errors import FileTooLarge
from sessions_app.computers.results import ComputerSpec

from .shell import run

MADE = """
cd /workspace && mkdir -p made/deep made/closed && echo one > made/deep/note && chmod 750 made/deep/note
ln -s /etc/hostname made/out && ln -s deep/note made/in && mkfifo made/pipe
touch made/closed/in && chmod 0 made/closed && truncate -s 1G made/sparse
"""
SEEN = (
    "cd /workspace/made && cat in && readlink out && stat -c %a deep/note && stat -c %U deep/note && whoami"
)


class CopyContract:
    async def test_a_copy_has_the_files_as_they_are_and_goes_its_own_way(
        self, computers: Computers, computer: Computer, own_id: str
    ) -> None:
        await run(computer, MADE)
        await computers.copy(computer.computer_id, own_id, limit_mb=100)
        copied = await computers.open(own_id, ComputerSpec())
        seen = (await run(copied, SEEN)).stdout.split()
        assert seen[:3] == ["one", "/etc/hostname", "750"]
        assert seen[3] == seen[4], "they belong to the user of the copy"
        await run(copied, "echo two > /workspace/made/deep/note")
        assert (await run(computer, "cat /workspace/made/deep/note")).stdout == "one\n"
        await copied.disconnect()

    async def test_a_workspace_that_is_there_is_never_written_over(
        self, computers: Computers, computer: Computer, own_id: str
    ) -> None:
        await run(computer, "echo theirs > /workspace/whose")
        target = await computers.open(own_id, ComputerSpec())
        await run(target, "echo mine > /workspace/whose")
        await computers.copy(computer.computer_id, own_id, limit_mb=100)
        assert (await run(target, "cat /workspace/whose")).stdout == "mine\n"
        await target.disconnect()

    async def test_what_is_too_large_is_refused_and_leaves_nothing_behind(
        self, computers: Computers, computer: Computer, own_id: str
    ) -> None:
        await run(computer, "head -c 3000000 /dev/urandom > /workspace/large")
        with pytest.raises(FileTooLarge):
            await computers.copy(computer.computer_id, own_id, limit_mb=2)
        opened = await computers.open(own_id, ComputerSpec())
        assert (await run(opened, "ls -A /workspace")).stdout == ""
        await opened.disconnect()

    async def test_a_source_that_never_ran_is_an_empty_copy(self, computers: Computers, own_id: str) -> None:
        await computers.copy(uuid.uuid4().hex, own_id, limit_mb=100)
        opened = await computers.open(own_id, ComputerSpec())
        assert (await run(opened, "ls -A /workspace")).stdout == ""
        await opened.disconnect()
