"""The ports of agents, kept as lists: what runners keep in rows, for tests that have no database."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pydantic_ai.messages import ModelResponse, ToolCallPart

from sessions_app.agents.entries import (
    Answered,
    Decided,
    Entry,
    Instructed,
    MessageRead,
    Responded,
    Returned,
    Summarised,
)
from sessions_app.agents.memory import Memory
from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import (
    ArtifactRefused,
    Asked,
    Desk,
    JsonValue,
    SavedArtifact,
    StepState,
    Thought,
    ToolResult,
    Written,
)
from sessions_app.agents.sight import Sight
from sessions_app.agents.summarising import Summary
from sessions_app.computers.base import Computer
from sessions_app.computers.errors import ComputerUnavailable


@dataclass
class Opened:
    call_id: str
    kind: str
    payload: dict[str, JsonValue]


@dataclass
class Notebook:
    """A `Record`: everything it was told, in order. `memory()` is what a new worker would read from it."""

    machine: Computer | None = None
    entries: list[Entry] = field(default_factory=list)
    events: list[Written] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    thoughts: list[Thought] = field(default_factory=list)
    thought_seconds: list[float | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # empty where it was taken back
    summaries: list[Summary] = field(default_factory=list)
    retries: list[tuple[int, str, float]] = field(default_factory=list)
    adjustments: list[str] = field(default_factory=list)
    asked: dict[str, Asked] = field(default_factory=dict)
    costs: list[Decimal | None] = field(default_factory=list)
    rules: Policy = field(default_factory=Policy)
    to_allow: dict[str, Wanted] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    lives: list[str] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)  # set by the first live text
    progress: list[tuple[str, int | None]] = field(default_factory=list)
    artifacts: list[SavedArtifact] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    def memory(self, *, sees_images: bool = True) -> Memory:
        return Memory(self.blobs.__getitem__, self.entries, sees_images=sees_images)

    def instruct(self, text: str) -> None:
        self.entries.append(Instructed(text, task=f"task {len(self.entries)}"))

    def write(self, text: str) -> None:
        self.entries.append(MessageRead(text))

    def answer(self, text: str) -> None:
        """The person answers the oldest open question."""
        answered = {entry.call_id for entry in self.entries if isinstance(entry, Answered)}
        call_id = next(call_id for call_id in self.asked if call_id not in answered)
        self.entries.append(Answered(call_id, text))

    def decide(self, *, allowed: bool, reason: str = "") -> None:
        """The person decides the oldest open approval."""
        decided = {entry.call_id for entry in self.entries if isinstance(entry, Decided)}
        call_id = next(call_id for call_id in self.to_allow if call_id not in decided)
        self.entries.append(Decided(call_id, allowed, reason, self.to_allow[call_id].digest))

    @property
    def kinds(self) -> Sequence[str]:
        return [event.kind for event in self.events]

    def keep(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return digest

    async def responded(
        self,
        response: ModelResponse,
        *,
        seconds: float,
        thought_seconds: float | None,
        cost_usd: Decimal | None,
    ) -> ModelResponse:
        self.entries.append(Responded(response))
        self.thought_seconds.append(thought_seconds)
        self.seconds.append(seconds)
        self.costs.append(cost_usd)
        return response

    async def thinking(self, thought: Thought) -> None:
        self.thoughts.append(thought)

    async def saying(self, text: str) -> None:
        self.said.append(text)

    async def retrying(self, *, tries: int, reason: str, delay_seconds: float) -> None:
        self.said.append("")
        self.retries.append((tries, reason, delay_seconds))

    async def adjusted(self, text: str) -> None:
        if text not in self.adjustments:
            self.adjustments.append(text)

    async def summarised(self, summary: Summary, *, kept: int, cost_usd: Decimal | None) -> None:
        self.costs.append(cost_usd)
        self.summaries.append(summary)
        self.entries.append(Summarised(kept, summary.text))

    def desk(self, call: ToolCallPart) -> Desk:
        return NotebookDesk(call.tool_call_id, self)

    async def returned(self, call: ToolCallPart, result: ToolResult) -> ToolResult:
        self.events.extend(result.events)
        image = self.keep(result.image.data) if result.image else ""
        failed, unusable = result.failed, result.unusable
        entry = Returned(call.tool_call_id, result.text, image=image, failed=failed, unusable=unusable)
        self.entries.append(entry)
        return result

    async def ask(self, call: ToolCallPart, question: Asked) -> None:
        self.asked[call.tool_call_id] = question

    async def policy(self) -> Policy:
        return self.rules

    async def ask_to_allow(self, call: ToolCallPart, wanted: Wanted) -> None:
        self.to_allow.setdefault(call.tool_call_id, wanted)


@dataclass
class NotebookDesk:
    call_id: str
    notebook: Notebook
    sight: Sight = field(default_factory=Sight)

    @property
    def has_begun(self) -> bool:
        return any(opened.call_id == self.call_id for opened in self.notebook.opened)

    async def computer(self) -> Computer:
        if self.notebook.machine is None:
            raise ComputerUnavailable("This machine has no room for one.", cure="Make room.")
        return self.notebook.machine

    async def open_step(self, kind: str, **payload: JsonValue) -> StepState:
        for opened in self.notebook.opened:
            if opened.call_id == self.call_id:
                again = opened.payload["boot"] == payload["boot"] and kind == "command_started"
                return StepState.AGAIN if again else StepState.INTERRUPTED
        self.notebook.opened.append(Opened(self.call_id, kind, payload))
        self.notebook.events.append(Written(kind, payload))
        return StepState.NEW

    async def live(self, text: str) -> None:
        self.notebook.lives.append(text)
        self.notebook.heard.set()

    async def secrets(self) -> Mapping[str, str]:
        return self.notebook.secrets

    async def keep(self, data: bytes, *, picture: bool = False) -> str:
        return self.notebook.keep(data)

    async def save_artifact(self, path: str, title: str) -> SavedArtifact:
        computer = await self.computer()
        files = await computer.find_files(path)
        if not files:
            raise ArtifactRefused(f"{path} holds no files.")
        number = 1 + sum(artifact.name == (title or path) for artifact in self.notebook.artifacts)
        size_bytes = sum(file.size_bytes for file in files)
        kind = "site" if len(files) > 1 else "file"
        saved = SavedArtifact(1, number, number, title or path, kind, len(files), size_bytes)
        self.notebook.artifacts.append(saved)
        return saved

    async def seconds_left(self) -> float | None:
        return None

    async def progress(self, text: str, percent: int | None) -> None:
        self.notebook.progress.append((text, percent))
