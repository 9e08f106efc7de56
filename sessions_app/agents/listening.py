"""Listening to one answer of a model: what it thinks and says is handed on while it comes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelResponse,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from .abilities import ChosenModel
from .model_thread import MODEL_THREAD
from .ports import Hearing, Thought

SHOW_SECONDS = 0.05  # what comes is handed on no more often than this


@dataclass(frozen=True)
class Question:
    """What a model is asked."""

    messages: Sequence[ModelMessage]
    instructions: str
    tools: Sequence[ToolDefinition]
    may_call: bool = True  # else it knows its tools, as its earlier calls need, and can use none

    def parameters(self) -> ModelRequestParameters:
        return ModelRequestParameters(
            function_tools=list(self.tools), instruction_parts=[InstructionPart(content=self.instructions)]
        )


@dataclass(frozen=True)
class Heard:
    """A whole answer. `thought_seconds` is the time that it was thought about, None when it was not."""

    response: ModelResponse
    thought_seconds: float | None


async def listen(chosen: ChosenModel, question: Question, hearing: Hearing) -> Heard:
    """Ask once. What came so far is handed on while the rest comes."""
    loop, news, ear = asyncio.get_running_loop(), asyncio.Event(), _Ear()
    stream = _stream(chosen, question, ear, lambda: loop.call_soon_threadsafe(news.set))
    asking = asyncio.ensure_future(MODEL_THREAD.run(stream) if chosen.elsewhere else stream)
    asking.add_done_callback(lambda _: news.set())
    thought, said = None, ""
    try:
        while True:
            await news.wait()
            news.clear()
            if asking.done():
                return asking.result()
            was, (thought, said) = (thought, said), ear.heard()
            if thought is not None and thought != was[0]:
                await hearing.thinking(thought)
            if said != was[1]:
                await hearing.saying(said)
            await asyncio.wait({asking}, timeout=SHOW_SECONDS)
    finally:
        asking.cancel()


async def _stream(chosen: ChosenModel, question: Question, ear: _Ear, tell: Callable[[], object]) -> Heard:
    async with model_request_stream(
        chosen.model,
        question.messages,
        model_settings=_settings(chosen, question),
        model_request_parameters=question.parameters(),
    ) as stream:
        async for event in stream:
            ear.take(event)
            tell()
        thought = ear.end()
        return Heard(stream.get(), thought.seconds if thought else None)


def _settings(chosen: ChosenModel, question: Question) -> ModelSettings:
    if question.may_call or not chosen.takes_tool_choice:
        return chosen.settings
    return {**chosen.settings, "tool_choice": "none"}


class _Ear:
    """What a stream has brought so far, and how long it was thinking.

    Filled on the models' own thread, read on the caller's.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: dict[int, list[str]] = {}
        self._thoughts: dict[int, list[str]] = {}
        self._thinks_since: float | None = None
        self._quiet_since = time.monotonic()  # since it was asked, or brought anything but thoughts
        self._thought_for = 0.0

    def heard(self) -> tuple[Thought | None, str]:
        with self._lock:
            return self._thought(), _joined(self._texts)

    def take(self, event: ModelResponseStreamEvent) -> None:
        with self._lock:
            match event:
                case PartStartEvent(index=index, part=ThinkingPart(content=text)):
                    self._think(index, text)
                case PartDeltaEvent(index=index, delta=ThinkingPartDelta(content_delta=text)):
                    self._think(index, text or "")
                case PartStartEvent(index=index, part=TextPart(content=text)):
                    self._say(index, text)
                case PartDeltaEvent(index=index, delta=TextPartDelta(content_delta=text)):
                    self._say(index, text)
                case PartStartEvent() | PartDeltaEvent():
                    self._do_something_else()
                case _:
                    pass

    def end(self) -> Thought | None:
        with self._lock:
            self._do_something_else()
            return self._thought()

    def _think(self, index: int, text: str) -> None:
        if self._thinks_since is None:
            self._thinks_since = time.monotonic()
        self._thoughts.setdefault(index, []).append(text)

    def _say(self, index: int, text: str) -> None:
        self._do_something_else()
        self._texts.setdefault(index, []).append(text)

    def _do_something_else(self) -> None:
        self._thought_for += self._thinking_seconds()
        self._thinks_since = None
        self._quiet_since = time.monotonic()

    def _thinking_seconds(self) -> float:
        """A thought that is not told comes as a whole when it is over: it took the time before it."""
        if self._thinks_since is None:
            return 0.0
        told = any(map(any, self._thoughts.values()))
        return time.monotonic() - (self._thinks_since if told else self._quiet_since)

    def _thought(self) -> Thought | None:
        if not self._thoughts:
            return None
        seconds = self._thought_for + self._thinking_seconds()
        return Thought(_joined(self._thoughts), seconds, over=self._thinks_since is None)


def _joined(texts: dict[int, list[str]]) -> str:
    parts = ("".join(texts[index]) for index in sorted(texts))
    return "\n\n".join(part for part in parts if part)
