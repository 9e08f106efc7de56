"""An agent's memory: entries become the messages that a model is sent.

A pure function of the entries. `Memory` is the same function with its work kept, so that an attempt reads
each entry once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
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
from .entries import Answered, Decided, Entry, Instructed, MessageRead, Responded, Returned, Summarised
from .pictures import Pictures
from .window import MOST_MESSAGES, MOST_TOKENS, Window

STOPPED = "The task was stopped before this call finished."
REFUSED = "The person refused this, and it was not done. {reason}Do not try another way to do the same."

Load: TypeAlias = Callable[[str], bytes]  # digest -> the blob's bytes

_RESPONSE: TypeAdapter[ModelResponse] = TypeAdapter(ModelResponse)


def messages(entries: Iterable[Entry], load: Load) -> list[ModelMessage]:
    """What a model is sent after these entries."""
    return Memory(load, entries).messages()


def pending(entries: Iterable[Entry], load: Load) -> list[ToolCallPart]:
    """The calls of the last answer that have no result yet."""
    return Memory(load, entries).pending()


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
        self._entries = 0
        self._load = load
        self._window = Window(most_messages=most_messages, most_tokens=most_tokens)
        has_room = most_tokens >= pictures.LITTLE_ROOM_TOKENS
        shown = pictures.SHOWN if has_room else pictures.SHOWN_IN_LITTLE_ROOM
        self._pictures = Pictures(load, shown if sees_images else 0)
        self._calls: list[ToolCallPart] = []  # of the last answer, as the model made them
        self._results: dict[str, Returned | Answered | Decided] = {}
        self._allowed: dict[str, Decided] = {}
        self._meanwhile: list[UserPromptPart] = []
        self._call_ids: set[str] = set()
        self._task: str | None = None
        for entry in entries:
            self.append(entry)

    def append(self, entry: Entry) -> None:
        match entry:
            case Instructed():
                self._finish_turn()
                self.steps, self._task = 0, entry.task or None
                self._push([UserPromptPart(entry.text)])
            case MessageRead() if self._calls:
                self._meanwhile.append(UserPromptPart(entry.text))
            case MessageRead():
                self._push([UserPromptPart(entry.text)])
            case Responded():
                self._finish_turn()
                self._respond(self._read(entry))
            case Decided(allowed=True):
                self._allowed[entry.call_id] = entry
            case Returned() | Answered() | Decided():
                self._settle(entry)
            case Summarised():
                text = self._load(entry.blob).decode(errors="replace") if entry.blob else entry.text
                self._window.fold(self._entries - entry.kept, text)
        self._entries += 1

    def messages(self) -> list[ModelMessage]:
        sent = [self._pictures.illustrate(message) for message in self._window.messages()]
        return [*sent, ModelRequest(parts=self._turn())] if self._calls else sent

    def pending(self) -> list[ToolCallPart]:
        return [call for call in self._calls if call.tool_call_id not in self._results]

    def allowed(self, call_id: str) -> Decided | None:
        """The decision that lets this pending call be made."""
        return self._allowed.get(call_id)

    def final_answer(self) -> ModelResponse | None:
        """The last answer, if nothing was asked of the model since and it called nothing."""
        last = self._window.last()
        return last if isinstance(last, ModelResponse) and not self._calls else None

    def knows_call(self, call_id: str) -> bool:
        return call_id in self._call_ids

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
        self._calls = list(response.tool_calls)
        self._call_ids.update(call.tool_call_id for call in self._calls)
        sent = replace(response, parts=[_sendable(part) for part in response.parts])
        self._window.push(sent, entry=self._entries)

    def _settle(self, entry: Returned | Answered | Decided) -> None:
        if entry.call_id in self._results or all(call.tool_call_id != entry.call_id for call in self._calls):
            return
        self.steps += 1
        self._results[entry.call_id] = entry
        if not self.pending():
            self._finish_turn()

    def _finish_turn(self) -> None:
        """Send the results in the order of the calls, then what the person wrote meanwhile."""
        if not self._calls:
            return
        taken = [
            (place, result)
            for place, call in enumerate(self._calls)
            if isinstance(result := self._results.get(call.tool_call_id), Returned) and result.image
        ]
        request = self._push(self._turn(), more_size=len(taken) * pictures.CHARACTERS_EACH)
        for place, result in taken:
            self._pictures.add(request, place, result.image, result.image_type)
        self._calls, self._results, self._allowed, self._meanwhile = [], {}, {}, []

    def _turn(self) -> list[ModelRequestPart]:
        return [*(self._return_of(call) for call in self._calls), *self._meanwhile]

    def _return_of(self, call: ToolCallPart) -> ToolReturnPart:
        result = self._results.get(call.tool_call_id)
        if result is None:
            return ToolReturnPart(call.tool_name, STOPPED, call.tool_call_id, outcome="interrupted")
        if isinstance(result, Answered):
            return ToolReturnPart(call.tool_name, result.text, call.tool_call_id)
        if isinstance(result, Decided):
            text = REFUSED.format(reason=f"Their reason: {result.reason}\n" if result.reason else "")
            return ToolReturnPart(call.tool_name, text, call.tool_call_id, outcome="failed")
        text = self._load(result.blob).decode(errors="replace") if result.blob else result.text
        if result.image:
            text = f"{text}\n{pictures.LEFT_OUT}"
        return ToolReturnPart(
            call.tool_name, text, call.tool_call_id, outcome="failed" if result.failed else "success"
        )

    def _push(
        self, parts: list[ModelRequestPart] | list[UserPromptPart], *, more_size: int = 0
    ) -> ModelRequest:
        request = ModelRequest(parts=parts, run_id=self._task)
        self._window.push(request, entry=self._entries, more_size=more_size)
        return request


def _sendable(part: Any) -> Any:
    """Arguments that are no JSON object are quoted in one: many servers refuse a conversation with others."""
    if not isinstance(part, ToolCallPart) or part.args is None or isinstance(part.args, Mapping):
        return part
    try:
        if isinstance(json.loads(part.args), dict):
            return part
    except ValueError:
        pass
    return replace(part, args={"malformed": part.args[:2000]} if part.args.strip() else {})
