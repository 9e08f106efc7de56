"""Anthropic's language: /v1/messages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from .script import Answer, Body, BreaksOff, Fails, Usage, pieces

_STOP_REASONS = {
    "stop": "end_turn",
    "tool_calls": "tool_use",
    "length": "max_tokens",
    "content_filter": "refusal",
}
_ERRORS = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def events(model: str, reply: Answer) -> Iterator[Body]:
    usage = reply.usage if isinstance(reply.usage, Usage) else Usage(0, 0)
    yield _message_start(model, usage)
    for index, (block, deltas) in enumerate(_blocks(reply)):
        yield {"type": "content_block_start", "index": index, "content_block": block}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
            time.sleep(reply.pause_seconds if delta["type"] in ("text_delta", "thinking_delta") else 0)
        yield {"type": "content_block_stop", "index": index}
    end: Body = {"stop_reason": _STOP_REASONS[reply.finish], "stop_sequence": None}
    if reply.refusal:
        end["stop_details"] = {"type": "refusal", "category": None, "explanation": reply.refusal}
    yield {"type": "message_delta", "delta": end, "usage": {"output_tokens": usage.made}}
    yield {"type": "message_stop"}


def beginning(model: str, reply: BreaksOff) -> Iterator[Body]:
    yield _message_start(model, Usage())
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": reply.text}}


def error(reply: Fails) -> Body:
    unnamed = "invalid_request_error" if reply.status < 500 else "api_error"
    kind = reply.code or _ERRORS.get(reply.status, unnamed)
    return {"type": "error", "error": {"type": kind, "message": reply.message}, "request_id": "req_1"}


def error_within(reply: Fails) -> Body:
    """The same, in the midst of an answer."""
    return error(reply)


def _blocks(reply: Answer) -> Iterator[tuple[Body, list[Body]]]:
    if reply.thinks or reply.signature:
        thinking = {"type": "thinking", "thinking": "", "signature": ""}
        yield (
            thinking,
            [
                *({"type": "thinking_delta", "thinking": piece} for piece in pieces(reply.thinks)),
                {"type": "signature_delta", "signature": reply.signature},
            ],
        )
    if reply.text:
        yield (
            {"type": "text", "text": ""},
            [{"type": "text_delta", "text": word} for word in pieces(reply.text)],
        )
    for index, (name, arguments, *call_id) in enumerate(reply.calls):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        block = {"type": "tool_use", "id": call_id[0] if call_id else f"toolu_{index}", "name": name}
        halves = (text[: len(text) // 2], text[len(text) // 2 :])
        deltas = [{"type": "input_json_delta", "partial_json": half} for half in halves]
        yield {**block, "input": {}}, deltas


def _message_start(model: str, usage: Usage) -> Body:
    message: Body = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": []}
    message |= {"stop_reason": None, "stop_sequence": None}
    message["usage"] = {
        "input_tokens": usage.given - usage.from_cache - usage.to_cache,
        "cache_read_input_tokens": usage.from_cache,
        "cache_creation_input_tokens": usage.to_cache,
        "output_tokens": 1,
    }
    return {"type": "message_start", "message": message}
