"""How an agent's work ends, and what may go wrong with it.

Ending                     the loop came to an end that is no fault
├── Answered               the model said its last word; perhaps that is a question
├── Waiting                questions are open; the task goes on when they are answered
└── RanOut                 the task has no more steps, time or money

Fault                      the task fails, and says why
├── ModelRefused           the server understood and said no: key, name of the model, credit, content
│   └── ConversationTooLong
├── ModelUnreachable       no answer after every try
├── ModelSilent            it answered, again and again, with nothing
├── ModelCutOff            its answers were too long to come to an end
├── ModelMissing           no model of that name is known here
└── NoComputer             no computer can be started on this machine
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True)
class Answered:
    """`question` is the part of the text that asks the person something, or None."""

    text: str
    question: str | None = None


@dataclass(frozen=True)
class Waiting:
    """`call_ids` are the calls whose answers are awaited."""

    call_ids: tuple[str, ...]


@dataclass(frozen=True)
class RanOut:
    """`limit` is what the task has no more of: steps, time, budget or space_budget."""

    limit: str


Ending: TypeAlias = Answered | Waiting | RanOut


class Fault(Exception):
    """Something that ends the task as failed, in words for the person.

    `text` says what happened, `detail` what the other side said, word for word; `kept` and `advice` are for
    the person too.
    """

    kept: ClassVar[str] = "What the agent did so far is kept: its files, its artifacts and this conversation."
    advice: ClassVar[str] = ""
    worth_retrying: ClassVar[bool] = True

    def __init__(self, text: str, *, detail: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.detail = detail

    def __str__(self) -> str:
        return " ".join(part for part in (self.text, self.kept, self.advice) if part)


class ModelRefused(Fault):
    advice = "Trying again helps only after that is mended."
    worth_retrying = False


class ConversationTooLong(ModelRefused):
    advice = (
        "Trying again will not help. Start a new session, or choose a model that takes longer conversations."
    )


class ModelUnreachable(Fault):
    advice = "Try again in a few minutes: it goes on where it was."


class ModelSilent(Fault):
    advice = "Try again, or choose another model: it goes on where it was."


class ModelCutOff(Fault):
    advice = "Ask for less at once, or for files instead of a long answer: it goes on where it was."


class ModelMissing(Fault):
    advice = "Choose another model for the agent, then try again."
    worth_retrying = False


class NoComputer(Fault):
    advice = "Try again once the computer can be started."
