"""A model that says what it is told to, and tools without a computer whose effects can be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import ClassVar, cast

from pydantic_ai.messages import ModelMessage, ModelResponsePart, TextPart, ToolCallPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from sessions_app.agents.abilities import ChosenModel
from sessions_app.agents.demo.ability import DEMO_ABILITY
from sessions_app.agents.demo.model import DemoModel
from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import Desk, StepState, ToolResult, Written
from sessions_app.agents.providers import Providers
from sessions_app.agents.tools.ask_user import AskUser
from sessions_app.agents.tools.base import Tool, failure
from sessions_app.runners.desk import RowDesk

PATTERN = "drop"  # what the agent asks about before it runs it


class Killed(Exception):
    """The worker is gone in the middle of what it did."""


class World:
    """What outlives a worker, as the computers of sessions do: each knows what it ran, by call id."""

    def __init__(self) -> None:
        self.boot = 1
        self.ran: Counter[tuple[int, str]] = Counter()  # by session and call id
        self.dies_when = ""
        self._running: set[tuple[int, str]] = set()

    def restart(self) -> None:
        self.boot += 1
        self._running.clear()

    def run(self, session: int, call_id: str) -> None:
        """Whoever asks again for a command of this boot is shown the same one."""
        if (session, call_id) not in self._running:
            self._running.add((session, call_id))
            self.ran[session, call_id] += 1

    def reaches(self, place: str) -> None:
        if self.dies_when == place:
            raise Killed


class Command(Tool):
    """A command with an effect."""

    tool_name: ClassVar[str] = "bash"
    world: ClassVar[World]
    command: str

    async def wanted(self, policy: Policy, desk: Desk) -> Wanted | None:
        return policy.of_command(self.command)

    async def run(self, desk: Desk) -> ToolResult:
        state = await desk.open_step("command_started", command=self.command, boot=str(self.world.boot))
        self.world.reaches("begun")
        if state is StepState.INTERRUPTED:
            return failure(self.tool_name, "It was interrupted.", step_is_open=True)
        self.world.run(cast(RowDesk, desk)._holding.task.session_id, desk.call_id)
        self.world.reaches("ran")
        return ToolResult("It ran.", events=(Written("command_ended", {"exit_code": 0}, follows=True),))

    @classmethod
    def description(cls) -> str:
        return "Runs a command."


TOOLS: Mapping[str, type[Tool]] = {"bash": Command, "ask_user": AskUser}


class Thinker(DemoModel):
    """Answers with `says`: a word, a question, or the commands and questions that it calls."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.says: list[str] = []
        self._world = world

    def _parts(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> list[ModelResponsePart]:
        self._world.reaches("thinking")
        return [self._part(place, word) for place, word in enumerate(self.says)]

    def _part(self, place: int, word: str) -> ModelResponsePart:
        # The same ids again and again, as some servers send them.
        match word:
            case "work" | "drop":
                return ToolCallPart("bash", {"command": word}, f"call_{place}")
            case "ask":
                return ToolCallPart("ask_user", {"question": "Which?"}, f"call_{place}")
            case "nonsense":
                return ToolCallPart("bash", {"comand": 1}, f"call_{place}")
        return TextPart(word)


class OneThinker:
    """What an attempt asks for its model."""

    def __init__(self, thinker: Thinker) -> None:
        self._thinker = thinker

    async def model(self, name: str, **_: object) -> ChosenModel:
        return ChosenModel(DEMO_ABILITY, self._thinker, "This process", {}, elsewhere=False)

    @classmethod
    def with_(cls, thinker: Thinker) -> Providers:
        return cast(Providers, cls(thinker))
