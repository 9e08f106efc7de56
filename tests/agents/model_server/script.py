"""What the scripted model server is to answer, whatever language it is asked in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Body = dict[str, Any]
Finish = Literal["stop", "tool_calls", "length", "content_filter", "none"]  # none: in OpenAI's older language


@dataclass(frozen=True)
class Usage:
    """In tokens. Those read from and written to a cache are part of `given`."""

    given: int = 12
    made: int = 3
    from_cache: int = 0
    to_cache: int = 0


@dataclass(frozen=True)
class Says:
    """An answer in words, in pieces `pause_seconds` apart, thoughts too. A thought may be signed.

    A `usage` that is a dictionary is told as it is; only OpenAI's older language does that. `refusal` is
    why a model says no, in the place that its language has for that; Google's has none.
    """

    text: str
    thinks: str = ""
    finish: Finish = "stop"
    pause_seconds: float = 0.0
    usage: Usage | Body | None = None
    signature: str = ""
    refusal: str = ""

    calls: tuple[tuple[Any, ...], ...] = field(default=(), init=False)


@dataclass(frozen=True, init=False)
class Calls:
    """An answer that calls tools: (name, arguments[, call id]). Text arguments are sent as they are."""

    calls: tuple[tuple[Any, ...], ...]
    text: str
    thinks: str
    finish: Finish
    usage: Usage | Body | None
    signature: str

    pause_seconds = 0.0
    refusal = ""

    def __init__(
        self,
        *calls: tuple[Any, ...],
        text: str = "",
        thinks: str = "",
        finish: Finish = "tool_calls",
        usage: Usage | Body | None = None,
        signature: str = "",
    ) -> None:
        given = {"calls": calls, "text": text, "thinks": thinks, "finish": finish, "usage": usage}
        for name, value in {**given, "signature": signature}.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Fails:
    """No answer but a status, with the error in the shape of the language. `details` are Google's."""

    status: int
    message: str = "Something is wrong."
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    details: Sequence[Body] = ()


@dataclass(frozen=True)
class BreaksOff:
    """An answer whose connection is cut, `pause_seconds` after these words; or that ends with an error."""

    text: str
    pause_seconds: float = 0.0
    thinks: str = ""
    error: Fails | None = None


def pieces(text: str) -> list[str]:
    """What comes at once: each word, with the spaces before it."""
    return re.findall(r" *[^ ]+| +", text)


Answer = Says | Calls
Reply = Says | Calls | Fails | BreaksOff
Script = Sequence[Reply] | Callable[[Body], Reply]
