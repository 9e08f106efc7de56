"""What the demo can be asked for. `understanding` makes these from plain English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True)
class MakeSite:
    topic: str  # empty when the person named none


@dataclass(frozen=True)
class OpenPage:
    url: str


@dataclass(frozen=True)
class Summarise:
    url: str  # empty for the page that is open


@dataclass(frozen=True)
class Run:
    command: str


@dataclass(frozen=True)
class Write:
    path: str
    text: str


@dataclass(frozen=True)
class Read:
    path: str


@dataclass(frozen=True)
class Edit:
    path: str
    old: str
    new: str
    everywhere: bool = False


@dataclass(frozen=True)
class Ask:
    question: str
    choices: tuple[str, ...] = ()
    several: bool = False


@dataclass(frozen=True)
class Wait:
    seconds: int


@dataclass(frozen=True)
class Change:
    """A change to what the session made last. `value` is the numbers, the colour or the title."""

    what: Literal["shorter", "longer", "chart", "colour", "title"]
    value: str = ""


@dataclass(frozen=True)
class Explain:
    """A greeting, or a question about what the demo can do."""


@dataclass(frozen=True)
class Unknown:
    text: str
    work: bool  # it asks for work, which a person could make possible by naming pages or facts


Intent: TypeAlias = (
    MakeSite | OpenPage | Summarise | Run | Write | Read | Edit | Ask | Wait | Change | Explain | Unknown
)
