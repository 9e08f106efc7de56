"""Tells the demo model something and makes its calls for real, without rows or a loop.

The model is made anew for each request, and the history goes through JSON each time: nothing else is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic_ai.direct import model_request
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters

from sessions_app.agents.demo.model import DemoModel
from sessions_app.agents.ports import JsonValue, SavedArtifact, StepState, ToolResult
from sessions_app.agents.sight import Sight
from sessions_app.agents.tools.ask_user import AskUser
from sessions_app.agents.tools.base import Tool
from sessions_app.agents.tools.registry import TOOLS, definitions
from sessions_app.agents.tools.use import read_call, use
from sessions_app.computers.base import Computer

MOST_ANSWERS = 60


@dataclass
class Driver:
    computer: Computer
    effort: str | None = None
    tools: Mapping[str, type[Tool]] = field(default_factory=lambda: TOOLS)
    answers: list[str] = field(default_factory=list)
    messages: list[ModelMessage] = field(default_factory=list)
    questions: list[AskUser] = field(default_factory=list)
    saved: list[tuple[str, str]] = field(default_factory=list)
    _tasks: int = 0

    async def tell(self, text: str, *answers: str, meanwhile: Mapping[int, str] | None = None) -> str:
        """The final text. `meanwhile` is what the person writes after so many answers of the model."""
        self.answers.extend(answers)
        self._tasks += 1
        self._push([UserPromptPart(text)])
        for count in range(MOST_ANSWERS):
            response = await self._respond()
            if not response.tool_calls:
                return "".join(part.content for part in response.parts if part.part_kind == "text")
            parts: list[ModelRequestPart] = [await self._made(call) for call in response.tool_calls]
            if meanwhile and count in meanwhile:
                parts.append(UserPromptPart(meanwhile[count]))
            self._push(parts)
        raise AssertionError(f"The model is not done after {MOST_ANSWERS} answers.")

    @property
    def tools_called(self) -> list[str]:
        return [call.tool_name for message in self.messages for call in _calls(message)]

    async def text_of(self, path: str) -> str:
        return (await self.computer.read_file(path)).decode()

    def _push(self, parts: Sequence[ModelRequestPart]) -> None:
        self.messages.append(ModelRequest(parts=list(parts), run_id=str(self._tasks)))

    async def _respond(self) -> ModelResponse:
        self.messages = ModelMessagesTypeAdapter.validate_json(
            ModelMessagesTypeAdapter.dump_json(self.messages)
        )
        offered = ModelRequestParameters(function_tools=list(definitions(self.tools)))
        response = await model_request(
            DemoModel(self.effort),
            self.messages,
            model_request_parameters=offered,
        )
        self.messages.append(response)
        return response

    async def _made(self, call: ToolCallPart) -> ToolReturnPart:
        tool = read_call(call, self.tools)
        if isinstance(tool, AskUser):
            self.questions.append(tool)
            return ToolReturnPart(call.tool_name, self.answers.pop(0), call.tool_call_id)
        result = (
            tool if isinstance(tool, ToolResult) else await use(tool, DriverDesk(call.tool_call_id, self))
        )
        return ToolReturnPart(
            call.tool_name, result.text, call.tool_call_id, outcome="failed" if result.failed else "success"
        )


@dataclass
class DriverDesk:
    """One call's desk. It keeps nothing: a call is made once here."""

    call_id: str
    driver: Driver
    has_begun: bool = False
    sight: Sight = field(default_factory=Sight)

    async def computer(self) -> Computer:
        return self.driver.computer

    async def open_step(self, kind: str, **payload: JsonValue) -> StepState:
        return StepState.NEW

    async def live(self, text: str) -> None:
        assert text is not None

    async def secrets(self) -> Mapping[str, str]:
        return {}

    async def keep(self, data: bytes, *, picture: bool = False) -> str:
        return hashlib.sha256(data).hexdigest()

    async def save_artifact(self, path: str, title: str) -> SavedArtifact:
        files = await self.driver.computer.find_files(path)
        self.driver.saved.append((path, title))
        number = [kept for kept, _ in self.driver.saved].count(path)
        size_bytes = sum(file.size_bytes for file in files)
        return SavedArtifact(1, number, number, title or path, "file", len(files), size_bytes)

    async def seconds_left(self) -> float | None:
        return None

    async def progress(self, text: str, percent: int | None) -> None:
        assert text


def _calls(message: ModelMessage) -> Sequence[ToolCallPart]:
    return message.tool_calls if isinstance(message, ModelResponse) else ()
