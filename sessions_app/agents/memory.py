"""An agent's memory: entries become the messages that a model is sent.

What it holds follows from the entries alone. Its work is kept, so that an attempt reads each entry once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from . import pictures
from .entries import (
    Answered,
    Decided,
    Entry,
    Instructed,
    MessageRead,
    Responded,
    Returned,
    Summarised,
    ToldToFinish,
    WentBack,
)
from .instructions import prompt
from .pictures import Pictures
from .ports import Asked
from .repetition import Repetition
from .turn import Result, Turn, sendable
from .window import GO_ON, MOST_MESSAGES, MOST_TOKENS, Window

MOST_CUT_OFF = 3  # answers in a row that the model is told to go on with
ASKED = "[You went round in circles, so the person was asked whether to go on. They say:]"

Load: TypeAlias = Callable[[str], bytes]  # digest -> the blob's bytes

_RESPONSE: TypeAdapter[ModelResponse] = TypeAdapter(ModelResponse)


def dumped(response: ModelResponse) -> dict[str, Any]:
    """An answer as JSON values, for an entry that `Memory` reads again."""
    dump: dict[str, Any] = _RESPONSE.dump_python(response, mode="json")
    return dump


class Memory:
    """What happened so far in a session. `steps` counts the calls of the task at hand that have a result."""

    def __init__(
        self,
        load: Load,
        entries: Iterable[Entry] = (),
        *,
        sees_images: bool = True,
        most_messages: int = MOST_MESSAGES,
        most_tokens: int = MOST_TOKENS,
    ) -> None:
        self.steps = 0
        self.finishing = False  # the next answer is the task's last
        self._entries = 0
        self._load = load
        self._window = Window(most_messages=most_messages, most_tokens=most_tokens)
        has_room = most_tokens >= pictures.LITTLE_ROOM_TOKENS
        shown = pictures.SHOWN if has_room else pictures.SHOWN_IN_LITTLE_ROOM
        self._pictures = Pictures(load, shown if sees_images else 0)
        self._turn = Turn()  # of the last answer
        self._call_ids: set[str] = set()
        self._forgot_calls = False
        self._task: str | None = None
        self._repetition = Repetition()
        self._cut_off = 0
        self.cut_off_call = ""  # of the last answer, when it reached the limit of its length in this call
        self.extend(entries)

    def extend(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.append(entry)

    def append(self, entry: Entry) -> None:
        self._forgot_calls |= isinstance(entry, WentBack)
        match entry:
            case Instructed():
                self._finish_turn()
                self.steps, self._task, self._cut_off = 0, entry.task or None, 0
                self.finishing = False
                self._repetition.forget()
                self._push([UserPromptPart(entry.text)])
            case MessageRead() if self._turn.calls:
                self._turn.meanwhile.append(UserPromptPart(entry.text))
            case MessageRead():
                self._repetition.forget()
                self._push([UserPromptPart(entry.text)])
            case Responded():
                self._finish_turn()
                self._respond(self._read(entry))
            case Decided(allowed=True):
                self._turn.allowed[entry.call_id] = entry
            case Answered() if not self.knows_call(entry.call_id):
                self._repetition.forget()
                self._push([UserPromptPart(f"{ASKED} {entry.text}")])
            case Returned() | Answered() | Decided():
                self._settle(entry)
            case Summarised():
                text = self._load(entry.blob).decode(errors="replace") if entry.blob else entry.text
                self._window.fold(self._entries - entry.kept, text)
            case ToldToFinish():
                self._finish_turn()
                self.finishing = True
                self._repetition.forget()
                self._push([UserPromptPart(prompt("finish"))])
        self._entries += 1

    def messages(self) -> list[ModelMessage]:
        sent = [self._pictures.illustrate(message) for message in self._window.messages()]
        return [*sent, ModelRequest(parts=self._turn.parts(self._load))] if self._turn.calls else sent

    def pending(self) -> list[ToolCallPart]:
        return self._turn.pending()

    def allowed(self, call_id: str) -> Decided | None:
        """The decision that lets this pending call be made."""
        return self._turn.allowed.get(call_id)

    def final_answer(self) -> ModelResponse | None:
        """The last answer, if nothing was asked of the model since and it called nothing."""
        last = self._window.last()
        return last if isinstance(last, ModelResponse) and not self._turn.calls else None

    @property
    def is_cut_off(self) -> bool:
        """The last answers all reached the limit of their length, as often as the model is told to go on."""
        return self._cut_off > MOST_CUT_OFF

    def to_ask(self) -> tuple[str, Asked] | None:
        """A question for the person under a name of its own, where the agent goes round in circles."""
        return None if self._turn.calls else self._repetition.to_ask()

    def knows_call(self, call_id: str) -> bool:
        return call_id in self._call_ids

    def is_new_call(self, call_id: str) -> bool:
        """Whether no call of the session can have had this id."""
        return not self._forgot_calls and call_id not in self._call_ids

    def too_much(self) -> int | None:
        """How many of the newest entries to keep, when there is more than a model should be shown.

        None while all of it fits, or nothing of it can be folded.
        """
        return self._kept_from(self.most_tokens) if self._window.is_overfull else None

    def half(self) -> int | None:
        """How many of the newest entries to keep, so that about half is left. None: it cannot get less."""
        return self._kept_from(self.tokens)

    def _kept_from(self, most_tokens: int) -> int | None:
        first = self._window.cut(most_tokens)
        return None if first is None else self._entries - first

    def beginning(self, kept: int) -> tuple[str, list[ModelMessage]]:
        """What a summary would tell of that leaves these entries: the last summary, and what came after."""
        return self._window.unsummarised(self._entries - kept)

    @property
    def most_tokens(self) -> int:
        """About how many a model is shown at most."""
        return self._window.most_tokens

    @property
    def tokens(self) -> int:
        """About how many a request takes now."""
        return self._window.tokens

    def show_pictures(self, *, at_most: int) -> bool:
        """From now on. False when no more were shown anyway."""
        return self._pictures.show_at_most(at_most)

    def _read(self, entry: Responded) -> ModelResponse:
        if isinstance(entry.response, ModelResponse):
            return entry.response
        if entry.response is None:
            return _RESPONSE.validate_json(self._load(entry.blob))
        return _RESPONSE.validate_python(entry.response)

    def _respond(self, response: ModelResponse) -> None:
        calls = list(response.tool_calls)
        self._turn = Turn(calls)
        self._call_ids.update(call.tool_call_id for call in calls)
        sent = replace(response, parts=[sendable(part) for part in response.parts])
        self._window.push(sent, entry=self._entries)
        is_cut = response.finish_reason == "length"
        self.cut_off_call = calls[-1].tool_call_id if is_cut and calls else ""
        self._cut_off = self._cut_off + 1 if is_cut and not calls else 0
        if 0 < self._cut_off <= MOST_CUT_OFF:
            self._push([UserPromptPart(GO_ON)])

    def _settle(self, entry: Result) -> None:
        if self._turn.settle(entry):
            self.steps += 1
            if not self.pending():
                self._finish_turn()

    def _finish_turn(self) -> None:
        """Send the results, with a word to the model when it goes round in circles."""
        turn, self._turn = self._turn, Turn()
        if not turn.calls:
            return
        parts = turn.parts(self._load)
        remark = ""
        if outcomes := turn.outcomes(parts):
            remark = self._repetition.take(turn.calls, outcomes)
        else:
            self._repetition.forget()
        if remark and isinstance(last := parts[-1], ToolReturnPart):
            told = f"{remark}\n\n{last.content}"
            parts[-1] = ToolReturnPart(last.tool_name, told, last.tool_call_id, outcome=last.outcome)
        taken = turn.pictures()
        request = self._push(parts, more_size=len(taken) * pictures.CHARACTERS_EACH)
        for place, result in taken:
            self._pictures.add(request, place, result.image, result.image_type)

    def _push(
        self, parts: list[ModelRequestPart] | list[UserPromptPart], *, more_size: int = 0
    ) -> ModelRequest:
        request = ModelRequest(parts=parts, run_id=self._task)
        self._window.push(request, entry=self._entries, more_size=more_size)
        return request
