"""From a model's call to a tool's result."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import TypeVar

from pydantic import ValidationError
from pydantic_ai.messages import ToolCallPart

from sessions_app.agents.endings import NoComputer
from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import Desk, ToolResult
from sessions_app.computers.errors import ComputerError, ComputerLost, ComputerUnavailable

from .base import Tool, failure

Told = TypeVar("Told")

_LOST = (
    "The computer was restarted before this was done. The files in /workspace are kept; running programs, "
    "exported variables and the open page are gone. Look how things stand, then do it again if still needed."
)

_SHORTER = (
    "Your answer reached the limit of its length in the middle of them. Do it in several calls, "
    "each with less: a long file in parts, for instance."
)


def read_call(
    call: ToolCallPart, tools: Mapping[str, type[Tool]], *, cut_off: bool = False
) -> Tool | ToolResult:
    """The call with its arguments checked, or what to tell the model so that it can mend it.

    `cut_off`: the answer reached the limit of its length in this call.
    """
    tool = tools.get(call.tool_name)
    if tool is None:
        named = ", ".join(tools)
        name = call.tool_name[:100]
        return _unusable(name, f"There is no tool called {name}. The tools are: {named}.")
    try:
        arguments = call.args if isinstance(call.args, dict) else json.loads(call.args or "{}")
        return tool.model_validate(arguments)
    except ValidationError as invalid:
        detail = _faults_in(invalid)
    except ValueError as invalid:
        detail = f"they are no JSON ({invalid})"
    cure = _SHORTER if cut_off else "Call it again with these mended."
    return _unusable(tool.tool_name, f"The arguments of {tool.tool_name} could not be used: {detail}. {cure}")


def _unusable(tool: str, text: str) -> ToolResult:
    return replace(failure(tool, text), unusable=True)


async def use(tool: Tool, desk: Desk) -> ToolResult:
    """Run a tool. What its computer could not do is a result for the model; no computer at all is a fault.

    Raises NoComputer.
    """
    return await _told(tool, tool.run(desk))


async def wanted_by(tool: Tool, policy: Policy, desk: Desk) -> Wanted | ToolResult | None:
    """What a person is asked about before the tool runs, or why that cannot be told. Raises NoComputer."""
    return await _told(tool, tool.wanted(policy, desk))


async def _told(tool: Tool, doing: Awaitable[Told]) -> Told | ToolResult:
    try:
        return await doing
    except ComputerUnavailable as unavailable:
        text = " ".join(part for part in ("No computer could be started.", str(unavailable)) if part)
        raise NoComputer(text, detail=unavailable.cure) from unavailable
    except ComputerLost as lost:
        return failure(tool.tool_name, _LOST, detail=str(lost))
    except ComputerError as error:
        return failure(tool.tool_name, str(error))


def _faults_in(invalid: ValidationError) -> str:
    faults = (
        f"{'.'.join(str(place) for place in error['loc']) or 'together'}: {error['msg']}"
        for error in invalid.errors(include_url=False, include_input=False, include_context=False)[:5]
    )
    return "; ".join(faults)
