"""The tools that an agent has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from pydantic_ai.tools import ToolDefinition

from sessions_app.agents.policy import Policy
from sessions_app.computers.results import ComputerKind

from .act_on_page import ActOnPage
from .ask_user import AskUser
from .base import Tool
from .bash import Bash
from .edit_file import EditFile
from .open_page import OpenPage
from .read_file import ReadFile
from .read_page import ReadPage
from .report_progress import ReportProgress
from .request_network import RequestNetwork
from .save_artifact import SaveArtifact
from .use_screen import UseScreen
from .write_file import WriteFile

_ALL: tuple[type[Tool], ...] = (
    Bash,
    ReadFile,
    WriteFile,
    EditFile,
    OpenPage,
    ActOnPage,
    ReadPage,
    UseScreen,
    AskUser,
    SaveArtifact,
    ReportProgress,
    RequestNetwork,
)

TOOLS: Mapping[str, type[Tool]] = {tool.tool_name: tool for tool in _ALL}


def on(kind: ComputerKind, tools: Mapping[str, type[Tool]] = TOOLS) -> Mapping[str, type[Tool]]:
    """Those that work on a computer of this kind."""
    return {name: tool for name, tool in tools.items() if kind == "desktop" or tool is not UseScreen}


def under(policy: Policy, tools: Mapping[str, type[Tool]]) -> Mapping[str, type[Tool]]:
    """Those that make sense under these rules: who may reach any host need not ask for one."""
    listed = policy.domains is not None and not policy.offline
    return {name: tool for name, tool in tools.items() if listed or tool is not RequestNetwork}


def definitions(tools: Mapping[str, type[Tool]] = TOOLS) -> Sequence[ToolDefinition]:
    """The tools as a model is told of them."""
    return [_definition(tool) for tool in tools.values()]


@cache
def _definition(tool: type[Tool]) -> ToolDefinition:
    return ToolDefinition(
        name=tool.tool_name,
        parameters_json_schema=tool.schema_for_models(),
        description=tool.description(),
        strict=False,
    )
