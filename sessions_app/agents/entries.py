"""What an agent remembers of a session, one entry an event, oldest first. `memory` makes messages of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse

    from .ports import Image


@dataclass(frozen=True)
class Instructed:
    """A task begins. `task` is any name that tells this task from the session's others."""

    text: str
    task: str = ""


@dataclass(frozen=True)
class MessageRead:
    """Something the person wrote while the task ran."""

    text: str


@dataclass(frozen=True)
class WentBack(MessageRead):
    """The person went back: calls that are not remembered any more have had their ids all the same."""


@dataclass(frozen=True)
class Responded:
    """An answer of the model: itself, its pydantic-ai dump, or the digest of the dump's JSON."""

    response: ModelResponse | Mapping[str, Any] | None = None
    blob: str = ""


@dataclass(frozen=True)
class Returned:
    """The result of a tool call. `blob` is the digest of a text too long for an event."""

    call_id: str
    text: str = ""
    blob: str = ""
    image: str | Image = ""
    image_type: str = "image/jpeg"
    failed: bool = False
    unusable: bool = False


@dataclass(frozen=True)
class Answered:
    """What the person answered to the question that this call asked.

    A call id that no call has is that of a question which the loop itself asked.
    """

    call_id: str
    text: str


@dataclass(frozen=True)
class Decided:
    """What a person decided about a call that needed their approval. `digest`: of what they were shown.

    A call that was allowed is still to be made; that it was refused is its result.
    """

    call_id: str
    allowed: bool
    reason: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Summarised:
    """Everything but the `kept` entries before this one is folded, and shown by this text.

    The text is empty where none could be written. `blob` is the digest of one too long for an event.
    """

    kept: int
    text: str = ""
    blob: str = ""


@dataclass(frozen=True)
class ToldToFinish:
    """The task shall end with the next answer, and that makes no calls."""


Entry: TypeAlias = (
    Instructed | MessageRead | Responded | Returned | Answered | Decided | Summarised | ToldToFinish
)
