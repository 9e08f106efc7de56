"""Entries of a model's answers, as short as tests need them."""

from __future__ import annotations

from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart

from sessions_app.agents.entries import Responded


def spoken(text: str) -> Responded:
    return Responded(ModelResponse(parts=[TextPart(text)]))


def called(tool: str, *call_ids: str, arguments: str = "{}") -> Responded:
    return Responded(ModelResponse(parts=[ToolCallPart(tool, arguments, call_id) for call_id in call_ids]))
