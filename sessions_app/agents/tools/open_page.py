from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field

from sessions_app.agents.hosts import host_of, is_own
from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import Desk, ToolResult

from .base import Tool, failure
from .page import do_in_browser


class OpenPage(Tool):
    tool_name: ClassVar[str] = "open_page"

    url: str = Field(min_length=1, max_length=8192)

    async def wanted(self, policy: Policy, desk: Desk) -> Wanted | None:
        host = host_of(self.url)
        return None if not host or is_own(host) else policy.of_host(host, f"Open {self.url}")

    async def run(self, desk: Desk) -> ToolResult:
        if refusal := _refused(self.url):
            return failure(self.tool_name, refusal)
        computer = await desk.computer()
        state = await desk.open_step("page_opened", url=self.url[:2000], boot=computer.boot_id)
        return await do_in_browser(
            desk, computer, state, lambda browser: browser.open(self.url), tool=self.tool_name
        )


def _refused(url: str) -> str:
    """Why an address is not opened, or nothing."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return f"{url[:200]} is no address that can be opened."
    if parts.scheme.lower() not in ("http", "https"):
        return (
            f"Only http and https addresses can be opened, and {url[:200]} is neither. "
            "Use read_file for files; to see a page of your own, serve its folder and open http://localhost "
            "with the port."
        )
    return "" if host else f"{url[:200]} names no host."
