"""What agents need from whoever runs them. Runners implement `Record` and `Desk`; tests do so with a list.

Nothing here imports pydantic-ai at run time: it is loaded when the first model is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse, ToolCallPart

    from sessions_app.computers.base import Computer

    from .policy import Policy, Wanted
    from .sight import Sight
    from .summarising import Summary

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | dict[str, JsonValue] | None"
QuestionKind = Literal["choose_one", "choose_several", "text", "secret", "file", "take_over"]

LIVE_TEXT_BYTES = 16 * 1024
PAYLOAD_TEXT_BYTES = 4 * 1024


class StepState(Enum):
    """Whether a call's step is opened for the first time."""

    NEW = "new"
    AGAIN = (
        "again"  # opened before, in this boot of the computer: what it started still runs, or has ended there
    )
    INTERRUPTED = "interrupted"  # opened before, and what it started is gone: it is not repeated


class ArtifactRefused(Exception):
    """A file that cannot become an artifact. The text is for the person and the model alike."""


@dataclass(frozen=True)
class Written:
    """An event to write. `follows`: it belongs to the step that this call opened, else it opens one."""

    kind: str
    payload: dict[str, JsonValue]
    follows: bool = False


@dataclass(frozen=True)
class Image:
    data: bytes
    media_type: str


@dataclass(frozen=True)
class ToolResult:
    """What a tool call came to. `text` is what the model is told, at most about 16 KiB.

    `events` are written with the result, in one transaction; whoever writes them adds `call_id`.
    `failed`: the tool could not do it, and the model may try otherwise.
    `unusable`: the call itself was wrong, and nothing was tried.
    """

    text: str
    image: Image | None = None
    events: Sequence[Written] = ()
    failed: bool = False
    unusable: bool = False


@dataclass(frozen=True)
class SavedArtifact:
    """A version of an artifact, kept outside the computer. `number` counts the versions from 1."""

    artifact: int
    version: int
    number: int
    name: str
    kind: str
    files: int
    size_bytes: int


@dataclass(frozen=True)
class Choice:
    label: str
    detail: str = ""
    irreversible: bool = False


@dataclass(frozen=True)
class Asked:
    """A question to the person. `choices` has 2 to 9 where the kind chooses, and none where it is text.

    With a deadline, `default` is the answer when nobody gave one in time: a choice's label, or words.
    A secret goes by `secret_name`; `accept` hints at the kinds of file, as HTML spells them.
    """

    question: str
    kind: QuestionKind = "text"
    choices: tuple[Choice, ...] = ()
    deadline_minutes: int | None = None
    default: str = ""
    secret_name: str = ""
    accept: str = ""


@dataclass(frozen=True)
class Thought:
    """What a model thought so far. The text is empty where it keeps that to itself.

    `seconds` is how long it has thought; `over`: it does something else by now.
    """

    text: str
    seconds: float
    over: bool


class Desk(Protocol):
    """What one tool call has in reach. Made anew for each call."""

    call_id: str
    sight: Sight  # of the model that made the call

    @property
    def has_begun(self) -> bool:
        """Whether this call has opened a step: it was cleared then, and is taken up now."""

    async def computer(self) -> Computer:
        """The session's computer, started when first asked for. Raises ComputerUnavailable, ComputerLost."""

    async def open_step(self, kind: str, **payload: JsonValue) -> StepState:
        """Write the opening event, once for this call id. The desk adds `call_id`; the tool says the boot."""

    async def live(self, text: str) -> None:
        """The live text of this step, whole and at most 16 KiB. May be called as often as there is news."""

    async def secrets(self) -> Mapping[str, str]:
        """What people gave this session to use and not to show, by name, as it is now."""

    async def keep(self, data: bytes, *, picture: bool = False) -> str:
        """Store bytes for as long as the session lives; the SHA-256 of what was stored, in hexadecimal.

        Text is stored without the session's secrets; a picture is stored as it is.
        """

    async def save_artifact(self, path: str, title: str) -> SavedArtifact:
        """Copy a file or a site out of the computer. The same content again is the same version.

        Raises ArtifactRefused, and what `Computer.find_files` raises.
        """

    async def progress(self, text: str, percent: int | None) -> None:
        """Say how far the task is."""

    async def seconds_left(self) -> float | None:
        """Of the time that the task may work; None where nothing limits it."""


class Hearing(Protocol):
    """Who is told of an answer while it comes. What is under way is not durable."""

    async def thinking(self, thought: Thought) -> None:
        """What the model thinks, whole so far."""

    async def saying(self, text: str) -> None:
        """What it says, whole so far."""

    async def retrying(self, *, tries: int, reason: str, delay_seconds: float) -> None:
        """This try brought no answer; the model is asked again after `delay_seconds`.

        What it thought and said in the try is taken back.
        """


class Record(Hearing, Protocol):
    """Where the loop writes what happened. Each method returns when it is durable."""

    async def responded(
        self,
        response: ModelResponse,
        *,
        seconds: float,
        thought_seconds: float | None,
        cost_usd: Decimal | None,
    ) -> ModelResponse:
        """A whole answer of the model: what it thought, what it said, what it calls.

        `seconds` is the time that it took, of which it thought for `thought_seconds`; None: not at all.
        `cost_usd` is None where nobody knows the price. Returns the answer as it was written, without
        secrets.
        """

    async def adjusted(self, text: str) -> None:
        """The model is asked otherwise than was wanted. Said once in a task, however often it is told."""

    async def summarised(self, summary: Summary, *, kept: int, cost_usd: Decimal | None) -> None:
        """All but the newest `kept` entries are folded; the model is shown the summary in their place."""

    def desk(self, call: ToolCallPart) -> Desk:
        """What this call works with."""

    async def returned(self, call: ToolCallPart, result: ToolResult) -> ToolResult:
        """The result of a call, with its events; answers it as it was written, without secrets."""

    async def ask(self, call: ToolCallPart, question: Asked) -> None:
        """Open a question for that call, or find it open. Its answer comes later, as that call's result."""

    async def policy(self) -> Policy:
        """What needs a person's approval, as things stand now. Asked before each call, and never kept."""

    async def ask_to_allow(self, call: ToolCallPart, wanted: Wanted) -> None:
        """Ask a person whether that call may be made, or find it asked. The decision comes later."""
