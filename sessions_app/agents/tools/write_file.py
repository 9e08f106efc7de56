from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sessions_app.agents.ports import Desk, ToolResult
from sessions_app.computers.base import WORKSPACE

from .base import Tool
from .changed import changes_as_events


class WriteFile(Tool):
    tool_name: ClassVar[str] = "write_file"

    path: str = Field(min_length=1, max_length=4096)
    text: str

    async def run(self, desk: Desk) -> ToolResult:
        computer = await desk.computer()
        data = self.text.encode()
        await computer.write_file(desk.call_id, self.path, data)
        changes = await computer.changes(desk.call_id)
        events = await changes_as_events(desk, changes, by="write_file", path=in_workspace(self.path))
        return ToolResult(f"Wrote {self.path} ({len(data):,} bytes).", events=events)


def in_workspace(path: str) -> str:
    """The path as changes name it: relative to the workspace."""
    return path.removeprefix(f"{WORKSPACE}/").removeprefix("./")
