from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_ai.messages import ToolCallPart

from sessions_app.agents.ports import ToolResult
from sessions_app.agents.tools.registry import TOOLS
from sessions_app.agents.tools.use import read_call, use
from sessions_app.computers.base import Computer
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from tests.agents.notebook import Notebook

Caller = Callable[..., Coroutine[Any, Any, ToolResult]]


@pytest.fixture
def computers(tmp_path: Path) -> Iterator[LocalComputers]:
    computers = LocalComputers(tmp_path / "computers")
    yield computers
    shutil.rmtree(computers.places.folder, ignore_errors=True)  # with root rights it lies outside tmp_path


@pytest.fixture
async def computer(computers: LocalComputers) -> AsyncIterator[Computer]:
    computer_id = uuid.uuid4().hex
    computer = await computers.open(computer_id, ComputerSpec())
    try:
        yield computer
    finally:
        await computer.disconnect()
        await computers.discard(computer_id)


@pytest.fixture
def notebook(computer: Computer) -> Notebook:
    return Notebook(machine=computer)


@pytest.fixture
def call(notebook: Notebook) -> Caller:
    """A model calls a tool, and the notebook is told what came of it."""

    async def call(tool_name: str, call_id: str = "", **arguments: Any) -> ToolResult:
        made = ToolCallPart(tool_name, arguments, call_id or uuid.uuid4().hex)
        tool = read_call(made, TOOLS)
        result = tool if isinstance(tool, ToolResult) else await use(tool, notebook.desk(made))
        await notebook.returned(made, result)
        return result

    return call
