from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sessions_app.agents.ports import Desk, ToolResult, Written
from sessions_app.computers.base import READ_LIMIT_BYTES

from .base import Tool, failure
from .clipping import MODEL_TEXT_BYTES, clip_end, readable

_EXCERPT_BYTES = 2048


class ReadFile(Tool):
    tool_name: ClassVar[str] = "read_file"

    path: str = Field(min_length=1, max_length=4096)
    first_line: int = Field(1, ge=1)
    lines: int = Field(400, ge=1, le=5000)

    async def run(self, desk: Desk) -> ToolResult:
        computer = await desk.computer()
        data = await computer.read_file(self.path, limit_bytes=READ_LIMIT_BYTES)
        if b"\x00" in data[:8192]:
            return failure(self.tool_name, f"{self.path} is no text file. It has {len(data):,} bytes.")
        lines = readable(data).splitlines(keepends=True)
        text = "".join(lines[self.first_line - 1 :][: self.lines])
        if not text and lines:
            return failure(
                self.tool_name, f"{self.path} has {len(lines)} lines; line {self.first_line} is past its end."
            )
        shown = clip_end(text, MODEL_TEXT_BYTES - 512)
        count = len(shown.splitlines())
        last = self.first_line + count - 1
        event = Written(
            "file_read",
            {
                "path": self.path,
                "first_line": self.first_line,
                "lines": count,
                "excerpt": clip_end(text, _EXCERPT_BYTES),
            },
        )
        header = (
            f"[{self.path}, lines {self.first_line} to {last} of {len(lines)}]\n"
            if lines
            else "[an empty file]"
        )
        return ToolResult(header + shown, events=(event,))
