"""The demo as a pydantic-ai model: no network, no AI, no memory of its own."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.messages import (
    FinishReason,
    ModelMessage,
    ModelResponse,
    ModelResponsePart,
    ModelResponseStreamEvent,
    TextPart,
    ThinkingPart,
    ToolCallPart,
)
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.settings import ModelSettings

from .effort import CHECKS, USUAL_EFFORT
from .history import tasks_in
from .work import Answer, answer

NAME = "demo"
PAUSE_SECONDS = 0.01  # before each piece of text, so that a reader sees it grow
PIECES = 12
FINISHED = "I stop here, as you asked. What I made so far is kept, and you can tell me to go on."


class DemoModel(Model):
    """Deterministic: its answer follows from the messages, the tools offered and the effort alone.

    `effort` is one of the values in `effort.EFFORTS`; None is the usual one. Raises ValueError for any other.
    It counts no tokens, for it uses none.
    """

    def __init__(self, effort: str | None = None) -> None:
        super().__init__()
        if effort is not None and effort not in CHECKS:
            raise ValueError(f"The demo model knows the efforts {', '.join(CHECKS)}, and not {effort!r}.")
        self._checks = CHECKS[effort or USUAL_EFFORT]

    @property
    def model_name(self) -> str:
        return NAME

    @property
    def system(self) -> str:
        return NAME

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        parts = self._parts(messages, model_settings, model_request_parameters)
        return ModelResponse(parts=parts, model_name=NAME, provider_name=NAME, finish_reason=_finish(parts))

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        parts = self._parts(messages, model_settings, model_request_parameters)
        yield DemoStream(model_request_parameters=model_request_parameters, parts=parts)

    def _parts(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> list[ModelResponsePart]:
        if (settings or {}).get("tool_choice") == "none":
            return [TextPart(FINISHED)]
        offered = frozenset(tool.name for tool in parameters.function_tools)
        return list(_parts_of(answer(tasks_in(messages), offered=offered, checks=self._checks)))


@dataclass
class DemoStream(StreamedResponse):
    """An answer that is known already, told piece by piece."""

    parts: list[ModelResponsePart]
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        for place, part in enumerate(self.parts):
            if isinstance(part, ToolCallPart):
                yield self._parts_manager.handle_tool_call_part(
                    vendor_part_id=place,
                    tool_name=part.tool_name,
                    args=part.args_as_dict(),
                    tool_call_id=part.tool_call_id,
                )
            elif isinstance(part, ThinkingPart):
                for event in self._parts_manager.handle_thinking_delta(
                    vendor_part_id=place, content=part.content
                ):
                    yield event
            elif isinstance(part, TextPart):
                for piece in _pieces(part.content):
                    await asyncio.sleep(PAUSE_SECONDS)
                    for event in self._parts_manager.handle_text_delta(vendor_part_id=place, content=piece):
                        yield event
        self.finish_reason = _finish(self.parts)

    async def close_stream(self) -> None:
        """Nothing is open."""

    @property
    def model_name(self) -> str:
        return NAME

    @property
    def provider_name(self) -> str:
        return NAME

    @property
    def provider_url(self) -> None:
        return None

    @property
    def timestamp(self) -> datetime:
        return self.began_at


def _parts_of(given: Answer) -> Iterator[ModelResponsePart]:
    if isinstance(given, str):
        yield TextPart(given)
        return
    if given.think:
        yield ThinkingPart(given.think)
    if given.say:
        yield TextPart(given.say)
    for call in given.calls:
        yield ToolCallPart(call.tool, dict(call.arguments), tool_call_id=f"demo-{uuid.uuid4().hex}")


def _pieces(text: str) -> Iterator[str]:
    """The text in at most PIECES pieces of whole words."""
    words = re.findall(r"\S+\s*|\s+", text)
    size = -(-len(words) // PIECES) or 1
    for start in range(0, len(words), size):
        yield "".join(words[start : start + size])


def _finish(parts: list[ModelResponsePart]) -> FinishReason:
    return "tool_call" if isinstance(parts[-1], ToolCallPart) else "stop"
