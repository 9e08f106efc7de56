"""Whatever happens in a session, its memory follows from that alone, and is a request that servers take."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart

from sessions_app.agents.entries import (
    Answered,
    Entry,
    Instructed,
    MessageRead,
    Responded,
    Returned,
    Summarised,
)
from sessions_app.agents.memory import Memory

from .conversation import called

SMALL: dict[str, Any] = {"most_messages": 8, "most_tokens": 500}
EVENTS = (
    "instruct",
    "message",
    "call",
    "call twice",
    "ask",
    "return",
    "speak",
    "cut off",
    "sum up",
    "no sum",
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(EVENTS), max_size=60))
def test_memory_follows_from_what_happened_and_can_always_be_sent(events: list[str]) -> None:
    entries: list[Entry] = [Instructed("Go.")]
    memory = Memory(no_blobs, entries, **SMALL)
    for number, event in enumerate(events):
        for entry in happens(event, number, memory):
            entries.append(entry)
            memory.append(entry)
        shown = told(memory.messages())
        assert shown == told(Memory(no_blobs, entries, **SMALL).messages())
        can_be_sent(memory.messages())
        if not memory.pending():
            assert "Go." in str(shown)


def happens(event: str, number: int, memory: Memory) -> list[Entry]:
    pending = memory.pending()
    match event:
        case "instruct":
            return [Instructed(f"Instruction {number}.")]
        case "message":
            return [MessageRead(f"Message {number}.")]
        case "call" | "call twice" if not pending:
            return [called("bash", *(f"c{number}{letter}" for letter in ("ab" if "twice" in event else "a")))]
        case "ask" if not pending:
            return [called("ask_user", f"q{number}")]
        case "return" if pending:
            call = pending[0]
            if call.tool_name == "ask_user":
                return [Answered(call.tool_call_id, f"Answer {number}.")]
            return [Returned(call.tool_call_id, f"Result {number}. " * 8)]
        case "speak" | "cut off" if not pending:
            finish: Any = "length" if event == "cut off" else "stop"
            return [Responded(ModelResponse(parts=[TextPart(f"Word {number}.")], finish_reason=finish))]
        case "sum up" | "no sum" if not pending and (kept := memory.too_much() or memory.half()):
            return [Summarised(kept, f"Summary {number}." if event == "sum up" else "")]
    return []


def can_be_sent(messages: list[ModelMessage]) -> None:
    """Each call is answered by the very next message, and nothing is answered that was not called."""
    waiting: list[str] = []
    for message in messages:
        returned = [part.tool_call_id for part in message.parts if isinstance(part, ToolReturnPart)]
        assert returned == waiting
        waiting = [part.tool_call_id for part in message.parts if isinstance(part, ToolCallPart)]
    assert waiting == []


def told(messages: list[ModelMessage]) -> list[list[str]]:
    return [[str(getattr(part, "content", part)) for part in message.parts] for message in messages]


def no_blobs(digest: str) -> bytes:
    raise AssertionError(f"{digest} is not needed.")
