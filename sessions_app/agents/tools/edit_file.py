from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sessions_app.agents.ports import Desk, ToolResult

from .base import Tool
from .changed import changes_as_events
from .write_file import in_workspace


class EditFile(Tool):
    tool_name: ClassVar[str] = "edit_file"

    path: str = Field(min_length=1, max_length=4096)
    old: str = Field(min_length=1)
    new: str
    everywhere: bool = False

    async def run(self, desk: Desk) -> ToolResult:
        computer = await desk.computer()
        times = await computer.edit_file(
            desk.call_id, self.path, self.old, self.new, everywhere=self.everywhere
        )
        changes = await computer.changes(desk.call_id)
        events = await changes_as_events(desk, changes, by="edit_file", path=in_workspace(self.path))
        return ToolResult(f"Edited {self.path} in {times} place{'' if times == 1 else 's'}.", events=events)
