"""An agent that goes round in circles: the same calls with the same results, or calls that cannot be used.

A pure function of the turns, like all that an agent remembers.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_ai.messages import ToolCallPart

from .ports import Asked, Choice

TELL_AT = 3  # times in a row
ASK_AT = 5

_TIME_TAKEN = re.compile(r"after \d+(\.\d+)? s\.")  # of a command, as the bash tool says it
_NUMBERS = {3: "three", 4: "four", 5: "five"}
_CHOICES = (
    Choice("Go on", "It may be waiting for something."),
    Choice("Stop trying this", "It does what it can without, and says what is missing."),
)


@dataclass(frozen=True)
class Outcome:
    """What came of a call, as far as it tells one time from the next. `unusable`: nothing was tried."""

    text: str
    picture: str = ""
    unusable: bool = False


@dataclass
class Repetition:
    """How often in a row a turn was like the one before it."""

    _last: str = ""
    _calls: Sequence[ToolCallPart] = ()
    _same: int = 0
    _unusable: int = 0

    def take(self, calls: Sequence[ToolCallPart], outcomes: Sequence[Outcome]) -> str:
        """A turn has ended. What the model is to be told with its results, or nothing."""
        turn = _digest(calls, outcomes)
        self._same = self._same + 1 if turn == self._last else 1
        unusable = all(outcome.unusable for outcome in outcomes)
        self._unusable = self._unusable + 1 if unusable else 0
        self._last, self._calls = turn, calls
        if self._same < TELL_AT:
            return ""
        times = _NUMBERS.get(self._same, str(self._same))
        return f"[You have made this call {times} times in a row with the same result. Try another way.]"

    def forget(self) -> None:
        """Somebody said something: from here on it is another matter."""
        self._last, self._calls, self._same, self._unusable = "", (), 0, 0

    def to_ask(self) -> tuple[str, Asked] | None:
        """What the person is to be asked, and under which name; None while all goes well."""
        if max(self._same, self._unusable) < ASK_AT:
            return None
        last = self._calls[-1]
        if self._unusable >= ASK_AT:
            what = f"{self._unusable} calls in a row could not be used. The last was {_in_words(last)}"
        else:
            what = (
                f"The same call was made {self._same} times in a row, with the same result: {_in_words(last)}"
            )
        question = f"{what}\n\nGo on like this, or say what to do instead."
        return f"circles-{last.tool_call_id}", Asked(question, "choose_one", _CHOICES)


def _digest(calls: Sequence[ToolCallPart], outcomes: Sequence[Outcome]) -> str:
    """Of what was called and what came of it, but for how long it took."""
    made = [[call.tool_name, _arguments(call)] for call in calls]
    came = [[_TIME_TAKEN.sub("", outcome.text), outcome.picture] for outcome in outcomes]
    return hashlib.sha256(json.dumps([made, came], sort_keys=True).encode()).hexdigest()


def _arguments(call: ToolCallPart) -> object:
    try:
        return call.args if isinstance(call.args, dict) else json.loads(call.args or "{}")
    except ValueError:
        return call.args


def _in_words(call: ToolCallPart) -> str:
    """The call on a line of its own, as code."""
    given = _arguments(call)
    values = given.values() if isinstance(given, dict) else [given]
    words = " ".join(value if isinstance(value, str) else json.dumps(value) for value in values)
    line = " ".join(f"{call.tool_name} {words}".split()).replace("`", "'")
    return f"\n\n`{line[:300]}{'…' if len(line) > 300 else ''}`"
