from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sessions_app.agents.ports import Desk, ToolResult

from .base import Tool


class ReportProgress(Tool):
    tool_name: ClassVar[str] = "report_progress"

    text: str = Field(min_length=1, max_length=500)
    percent: int | None = Field(None, ge=0, le=100)

    async def run(self, desk: Desk) -> ToolResult:
        await desk.progress(self.text, self.percent)
        return ToolResult("Noted.")
