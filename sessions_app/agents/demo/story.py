"""The demo's work, written as stories: generators that yield what to do next and are sent what came of it.

A story keeps nothing. For each request it is told again from the start: what the history holds is sent to it,
and the first step that the history does not hold is the model's answer. So it goes on after any restart.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

Argument: TypeAlias = "str | int | bool | Sequence[Mapping[str, str | bool]] | None"
T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    tool: str
    arguments: Mapping[str, Argument]


@dataclass(frozen=True)
class Result:
    """What a call came to. `text` is what the tool told the model."""

    text: str
    ok: bool = True

    @property
    def reason(self) -> str:
        """The first line, as a sentence: why it failed."""
        line = next((line.strip() for line in self.text.splitlines() if line.strip()), "no reason was given")
        return line if line.endswith((".", "!", "?")) else f"{line}."


@dataclass(frozen=True)
class Step:
    """One answer of the model that calls tools, with what it says and thinks beside."""

    calls: tuple[Call, ...]
    say: str = ""
    think: str = ""


Story: TypeAlias = Generator[Step, Sequence[Result], T]


class CannotGoOn(Exception):
    """Something the story needs failed. The text is for the person."""


def do(tool: str, *, say: str = "", think: str = "", **arguments: Argument) -> Story[Result]:
    """Call one tool, whatever comes of it."""
    results = yield Step((Call(tool, arguments),), say=say, think=think)
    return results[0]


def must(tool: str, *, aim: str, say: str = "", think: str = "", **arguments: Argument) -> Story[Result]:
    """Call one tool that the story needs. Raises CannotGoOn, which says "I could not <aim>" and why."""
    result = yield from do(tool, say=say, think=think, **arguments)
    if not result.ok:
        raise CannotGoOn(f"I could not {aim}: {result.reason}")
    return result
