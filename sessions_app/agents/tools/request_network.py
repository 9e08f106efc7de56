from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator

from sessions_app.agents.hosts import plain
from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import Desk, ToolResult

from .base import Tool


class RequestNetwork(Tool):
    """Does nothing by itself: that it was allowed is what changes something."""

    tool_name: ClassVar[str] = "request_network"

    host: str = Field(min_length=1, max_length=253)
    why: str = Field(min_length=1, max_length=500)

    @field_validator("host")
    @classmethod
    def _is_a_host(cls, given: str) -> str:
        host = plain(given)
        if not host:
            raise ValueError(
                "it is no host. Give a name such as pypi.org, without https:// and without a path"
            )
        return host

    async def wanted(self, policy: Policy, desk: Desk) -> Wanted | None:
        return policy.of_host(self.host, f"Reach {self.host}\nWhat the agent says it is for: {self.why}")

    async def run(self, desk: Desk) -> ToolResult:
        await desk.computer()
        return ToolResult(f"{self.host} can be reached now.")
