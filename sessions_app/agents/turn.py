"""The calls of one answer, and what came of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from pydantic_ai.messages import ModelRequestPart, ToolCallPart, ToolReturnPart, UserPromptPart

from . import pictures
from .entries import Answered, Decided, Returned
from .repetition import Outcome

STOPPED = "The task was stopped before this call finished."
REFUSED = "The person refused this, and it was not done. {reason}Do not try another way to do the same."

Result: TypeAlias = Returned | Answered | Decided


@dataclass
class Turn:
    """`calls` are as the model made them; `meanwhile` is what the person wrote before all had a result."""

    calls: list[ToolCallPart] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)
    allowed: dict[str, Decided] = field(default_factory=dict)
    meanwhile: list[UserPromptPart] = field(default_factory=list)

    def pending(self) -> list[ToolCallPart]:
        return [call for call in self.calls if call.tool_call_id not in self.results]

    def settle(self, entry: Result) -> bool:
        """False when no call waits for it: the first result of a call is its result."""
        if all(call.tool_call_id != entry.call_id for call in self.pending()):
            return False
        self.results[entry.call_id] = entry
        return True

    def parts(self, load: Callable[[str], bytes]) -> list[ModelRequestPart]:
        """The results in the order of the calls, then what the person wrote meanwhile."""
        return [*(self._return_of(call, load) for call in self.calls), *self.meanwhile]

    def _return_of(self, call: ToolCallPart, load: Callable[[str], bytes]) -> ToolReturnPart:
        result = self.results.get(call.tool_call_id)
        if result is None:
            return ToolReturnPart(call.tool_name, STOPPED, call.tool_call_id, outcome="interrupted")
        if isinstance(result, Answered):
            return ToolReturnPart(call.tool_name, result.text, call.tool_call_id)
        if isinstance(result, Decided):
            text = REFUSED.format(reason=f"Their reason: {result.reason}\n" if result.reason else "")
            return ToolReturnPart(call.tool_name, text, call.tool_call_id, outcome="failed")
        text = load(result.blob).decode(errors="replace") if result.blob else result.text
        if result.image:
            text = f"{text}\n{pictures.LEFT_OUT}"
        return ToolReturnPart(
            call.tool_name, text, call.tool_call_id, outcome="failed" if result.failed else "success"
        )

    def pictures(self) -> list[tuple[int, Returned]]:
        """Each result that has one, with its place."""
        results = [self.results.get(call.tool_call_id) for call in self.calls]
        return [
            (place, result)
            for place, result in enumerate(results)
            if isinstance(result, Returned) and result.image
        ]

    def outcomes(self, parts: list[ModelRequestPart]) -> list[Outcome]:
        """What the parts tell of the agent's own doing; nothing when a person had a word in it."""
        if self.meanwhile:
            return []
        outcomes = []
        for call, part in zip(self.calls, parts, strict=True):
            result = self.results.get(call.tool_call_id)
            if not isinstance(result, Returned) or not isinstance(part, ToolReturnPart):
                return []
            outcomes.append(Outcome(str(part.content), _digest_of_picture(result), result.unusable))
        return outcomes


def _digest_of_picture(result: Returned) -> str:
    return result.image if isinstance(result.image, str) else hashlib.sha256(result.image.data).hexdigest()


def sendable(part: Any) -> Any:
    """Arguments that are no JSON object are quoted in one: many servers refuse a conversation with others."""
    if not isinstance(part, ToolCallPart) or part.args is None or isinstance(part.args, Mapping):
        return part
    try:
        if isinstance(json.loads(part.args), dict):
            return part
    except ValueError:
        pass
    return replace(part, args={"malformed": part.args[:2000]} if part.args.strip() else {})
