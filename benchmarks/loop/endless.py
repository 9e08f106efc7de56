"""A model in this process that always reads one more file, and a file that is read at once."""

from __future__ import annotations

import time
import uuid
from typing import NamedTuple, cast

from pydantic_ai.messages import ModelMessage, ModelResponsePart, TextPart, ToolCallPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from sessions_app.agents.abilities import ChosenModel
from sessions_app.agents.demo.ability import DEMO_ABILITY
from sessions_app.agents.demo.model import DemoModel
from sessions_app.agents.ports import Desk, JsonValue, ToolResult, Written
from sessions_app.agents.providers import Providers
from sessions_app.agents.tools.read_file import ReadFile


class Moment(NamedTuple):
    """On a clock, and in the time that this process has computed."""

    wall: float
    cpu: float

    def since(self, earlier: Moment) -> Moment:
        return Moment(self.wall - earlier.wall, self.cpu - earlier.cpu)


class EndlessModel(DemoModel):
    """Answers at once. `asked_at` are the moments at which it was asked."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.asked_at: list[Moment] = []
        self._steps = steps

    def _parts(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> list[ModelResponsePart]:
        if not parameters.function_tools:
            return [TextPart("Files were read, one after another.")]  # a summary
        self.asked_at.append(Moment(time.perf_counter(), time.process_time()))
        number = len(self.asked_at)
        if number > self._steps:
            return [TextPart("All is read.")]
        asked = {"path": f"src/module_{number}.py"}
        return [ToolCallPart("read_file", asked, tool_call_id=f"call_{uuid.uuid4().hex}")]


class InstantRead(ReadFile):
    """A file of forty lines, without a computer."""

    async def run(self, desk: Desk) -> ToolResult:
        text = f"{self.path} is read. It is as the others are.\n" * 40
        told: dict[str, JsonValue] = {"path": self.path, "first_line": 1, "lines": 40, "excerpt": text}
        return ToolResult(text, events=(Written("file_read", told),))


class OneModel:
    """What an attempt asks for its model."""

    def __init__(self, model: EndlessModel) -> None:
        self._model = model

    async def model(self, name: str, **_: object) -> ChosenModel:
        return ChosenModel(DEMO_ABILITY, self._model, "This process", {}, elsewhere=False)

    @classmethod
    def answering(cls, model: EndlessModel) -> Providers:
        return cast(Providers, cls(model))
