"""OpenAI's older language, which most servers speak: /v1/chat/completions."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from .script import Answer, Body, BreaksOff, Fails, Usage, pieces

DONE = "[DONE]"


def events(model: str, reply: Answer) -> Iterator[Body | str]:
    for delta in _deltas(reply):
        yield _chunk(model, delta)
    if reply.finish != "none":
        yield _chunk(model, {}, finish=reply.finish)
    if reply.usage is not None:
        yield {**_chunk(model, {}), "choices": [], "usage": _usage(reply.usage)}
    yield DONE


def beginning(model: str, reply: BreaksOff) -> Iterator[Body | str]:
    if reply.thinks:
        yield _chunk(model, {"reasoning_content": reply.thinks})
    yield _chunk(model, {"content": reply.text})


def error(reply: Fails) -> Body:
    return {"error": {"message": reply.message, "code": reply.code, "type": None}}


def error_within(reply: Fails) -> Body:
    """The same, in the midst of an answer."""
    return error(reply)


def _deltas(reply: Answer) -> Iterator[Body]:
    for name, text in (("reasoning_content", reply.thinks), ("content", reply.text)):
        for piece in pieces(text):
            yield {name: piece}
            time.sleep(reply.pause_seconds)
    if reply.refusal:
        yield {"refusal": reply.refusal}
    for index, (name, arguments, *call_id) in enumerate(reply.calls):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        head = {"index": index, "id": call_id[0] if call_id else f"call_{index}", "type": "function"}
        yield {"tool_calls": [{**head, "function": {"name": name, "arguments": ""}}]}
        half = len(text) // 2
        for piece in (text[:half], text[half:]):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _chunk(model: str, delta: Body, *, finish: str | None = None) -> Body:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    head = {"id": "r", "object": "chat.completion.chunk", "created": 1, "model": model}
    return {**head, "choices": [choice]}


def _usage(usage: Usage | Body) -> Body:
    if not isinstance(usage, Usage):
        return usage
    return {
        "prompt_tokens": usage.given,
        "completion_tokens": usage.made,
        "total_tokens": usage.given + usage.made,
        "prompt_tokens_details": {"cached_tokens": usage.from_cache},
    }
