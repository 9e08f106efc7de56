"""What a tool is: arguments that a model fills in, and what is done with them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from sessions_app.agents.instructions import prompt
from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import Desk, JsonValue, ToolResult, Written


class Tool(BaseModel, ABC):
    """One call of a tool, its arguments checked. What a model is told of it lies in prompts/tools/."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool_name: ClassVar[str]

    async def wanted(self, policy: Policy, desk: Desk) -> Wanted | None:
        """What this call would do that a person is asked about first. Asked before `run`, each time."""
        return None

    @abstractmethod
    async def run(self, desk: Desk) -> ToolResult:
        """Do it. A call that was begun before is taken up, never done twice.

        Raises what computers raise where the tool has no words of its own for it.
        """

    @classmethod
    def description(cls) -> str:
        return prompt(f"tools/{cls.tool_name}")

    @classmethod
    def schema_for_models(cls) -> dict[str, Any]:
        """The JSON schema of the arguments, without the titles that pydantic adds."""
        return _without_titles(cls.model_json_schema())


def failure(tool: str, text: str, *, detail: str = "", step_is_open: bool = False) -> ToolResult:
    """The tool could not do it: said to the model, and written down for the person."""
    payload: dict[str, JsonValue] = {"tool": tool, "text": text[:2000], "detail": detail[:2000]}
    written = Written("step_failed" if step_is_open else "tool_failed", payload, follows=step_is_open)
    return ToolResult(text, events=(written,), failed=True)


def _without_titles(schema: dict[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "title" and isinstance(value, str):
            continue
        if key in ("properties", "$defs"):
            cleaned[key] = {name: _without_titles(inner) for name, inner in value.items()}
        else:
            cleaned[key] = _without_titles(value) if isinstance(value, dict) else value
    return cleaned
