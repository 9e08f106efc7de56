from __future__ import annotations

from typing import ClassVar

from sessions_app.agents.ports import Desk, ToolResult, Written

from .base import Tool
from .clipping import clip_end
from .page import browser_of

_TEXT_BYTES = 9 * 1024
_OUTLINE_BYTES = 6 * 1024
_EXCERPT_BYTES = 2048


class ReadPage(Tool):
    tool_name: ClassVar[str] = "read_page"

    async def run(self, desk: Desk) -> ToolResult:
        computer = await desk.computer()
        page = await (await browser_of(computer)).read()
        event = Written(
            "page_read",
            {
                "url": page.url[:2000],
                "title": page.title[:500],
                "excerpt": clip_end(page.text, _EXCERPT_BYTES),
            },
        )
        text = (
            f"Page: {page.title} ({page.url})\n\nText:\n{clip_end(page.text, _TEXT_BYTES)}"
            f"\n\nOutline:\n{clip_end(page.outline, _OUTLINE_BYTES)}"
        )
        return ToolResult(text, events=(event,))
