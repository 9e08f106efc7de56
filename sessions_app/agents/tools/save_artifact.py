from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar

from pydantic import Field

from sessions_app.agents.ports import ArtifactRefused, Desk, ToolResult, Written

from .base import Tool, failure


class SaveArtifact(Tool):
    tool_name: ClassVar[str] = "save_artifact"

    path: str = Field(min_length=1, max_length=4096)
    title: str = Field("", max_length=200)

    async def run(self, desk: Desk) -> ToolResult:
        try:
            saved = await desk.save_artifact(self.path, self.title)
        except ArtifactRefused as refused:
            return failure(self.tool_name, str(refused))
        files = f", {saved.files} files" if saved.files > 1 else ""
        text = f"Saved “{saved.name}” as version {saved.number}{files}, {saved.size_bytes:,} bytes."
        return ToolResult(text, events=(Written("artifact_saved", asdict(saved)),))
