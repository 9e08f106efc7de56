"""An agent's memory: entries become the messages that a model is sent.

A pure function of the entries. `Memory` is the same function with its work kept, so that an attempt reads
each entry once.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

from pydantic import TypeAdapter
from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from .entries import Answered, Decided, Entry, Instructed, MessageRead, Responded, Returned
from .ports import Image
from .window import MOST_BYTES, MOST_MESSAGES, Window

PICTURES = 3
STOPPED = "The task was stopped before this call finished."
REFUSED = "The person refused this, and it was not done. {reason}Do not try another way to do the same."
PICTURE_LEFT_OUT = "[The screenshot taken here is not shown again.]"

Load: TypeAlias = Callable[[str], bytes]  # digest -> the blob's bytes

_RESPONSE: TypeAdapter[ModelResponse] = TypeAdapter(ModelResponse)


def messages(entries: Iterable[Entry], load: Load) -> list[ModelMessage]:
    """What a model is sent after these entries."""
    return Memory(load, entries).messages()


def pending(entries: Iterable[Entry], load: Load) -> list[ToolCallPart]:
    """The calls of the last answer that have no result yet."""
    return Memory(load, entries).pending()


class _Picture(NamedTuple):
    message: ModelRequest
    place: int
    image: str | Image
    media_type: str


class Memory:
    """What happened so far in a session. `steps` counts the calls of the task at hand that have a result."""

    def __init__(
        self,
        load: Load,
        entries: Iterable[Entry] = (),
        *,
        sees_images: bool = True,
        most_messages: int = MOST_MESSAGES,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.steps = 0
        self._load = load
        self._window = Window(most_messages=most_messages, most_bytes=most_bytes)
        self._pictures: deque[_Picture] = deque(maxlen=PICTURES if sees_images else 0)
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

    def messages(self) -> list[ModelMessage]:
        sent = [self._illustrated(message) for message in self._window.messages()]
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

    def shrink(self) -> bool:
        """Show the model half as much from now on. False when there is too little left for that."""
        return self._window.shrink()

    def forget_pictures(self) -> bool:
        """Show the model no pictures from now on. False when it was shown none."""
        had_some = bool(self._pictures)
        self._pictures = deque(maxlen=0)
        return had_some

    def _read(self, entry: Responded) -> ModelResponse:
        if isinstance(entry.response, ModelResponse):
            return entry.response
        if entry.response is None:
            return _RESPONSE.validate_json(self._load(entry.blob))
        return _RESPONSE.validate_python(entry.response)

    def _respond(self, response: ModelResponse) -> None:
        self._calls = list(response.tool_calls)
        self._call_ids.update(call.tool_call_id for call in self._calls)
        self._window.push(replace(response, parts=[_sendable(part) for part in response.parts]))

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
        request = self._push(self._turn())
        for place, call in enumerate(self._calls):
            result = self._results.get(call.tool_call_id)
            if isinstance(result, Returned) and result.image:
                self._pictures.append(_Picture(request, place, result.image, result.image_type))
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
            text = f"{text}\n{PICTURE_LEFT_OUT}"
        return ToolReturnPart(
            call.tool_name, text, call.tool_call_id, outcome="failed" if result.failed else "success"
        )

    def _push(self, parts: list[ModelRequestPart] | list[UserPromptPart]) -> ModelRequest:
        request = ModelRequest(parts=parts, run_id=self._task)
        self._window.push(request)
        return request

    def _illustrated(self, message: ModelMessage) -> ModelMessage:
        """The message with those of its pictures that are among the last few of the session."""
        pictures = [picture for picture in self._pictures if picture.message is message]
        if not pictures or not isinstance(message, ModelRequest):
            return message
        parts = list(message.parts)
        for picture in pictures:
            part = parts[picture.place]
            if not isinstance(part, ToolReturnPart):
                continue
            text = str(part.content).removesuffix(PICTURE_LEFT_OUT).rstrip()
            parts[picture.place] = ToolReturnPart(
                part.tool_name, [text, self._open(picture)], part.tool_call_id, outcome=part.outcome
            )
        return replace(message, parts=parts)

    def _open(self, picture: _Picture) -> BinaryContent:
        if isinstance(picture.image, Image):
            return BinaryContent(data=picture.image.data, media_type=picture.image.media_type)
        return BinaryContent(data=self._load(picture.image), media_type=picture.media_type)


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
