"""OpenAI's newer language: /v1/responses."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import count

from .script import Answer, Body, BreaksOff, Fails, Usage, pieces

_SAID = "response.output_text.delta"
_THOUGHT = "response.reasoning_summary_text.delta"
_PIECES = (_SAID, _THOUGHT)


def events(model: str, reply: Answer) -> Iterator[Body]:
    response = _response(model)
    yield {"type": "response.created", "response": response}
    output: list[Body] = []
    for item in _items(reply):
        index = len(output)
        done = item["item"]
        yield {"type": "response.output_item.added", "output_index": index, "item": item["first"]}
        for event in item["events"]:
            yield {**event, "item_id": done["id"], "output_index": index}
            time.sleep(reply.pause_seconds if event["type"] in _PIECES else 0)
        yield {"type": "response.output_item.done", "output_index": index, "item": done}
        output.append(done)
    reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(reply.finish)
    last = {**response, "status": "incomplete" if reason else "completed", "output": output}
    last |= {"incomplete_details": {"reason": reason} if reason else None, "usage": _usage(reply.usage)}
    yield {"type": f"response.{last['status']}", "response": last}


def beginning(model: str, reply: BreaksOff) -> Iterator[Body]:
    yield {"type": "response.created", "response": _response(model)}
    message = {"id": "msg_0", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": 0, "item": message}
    yield {**_text_delta(reply.text), "item_id": "msg_0", "output_index": 0}


def error(reply: Fails) -> Body:
    kind = "invalid_request_error" if reply.status < 429 else "server_error"
    return {"error": {"message": reply.message, "code": reply.code, "type": kind, "param": None}}


def error_within(reply: Fails) -> Body:
    """The same, in the midst of an answer."""
    return {"type": "error", "code": reply.code, "message": reply.message, "param": None}


def _items(reply: Answer) -> Iterator[Body]:
    numbers = count()
    if reply.thinks or reply.signature:
        yield _reasoning(f"rs_{next(numbers)}", reply)
    if reply.text:
        yield _message(f"msg_{next(numbers)}", reply)
    if reply.refusal:
        yield _refusal(f"msg_{next(numbers)}", reply)
    for index, (name, arguments, *call_id) in enumerate(reply.calls):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        item = {"id": f"fc_{next(numbers)}", "type": "function_call", "name": name, "status": "completed"}
        item["call_id"] = call_id[0] if call_id else f"call_{index}"
        yield {
            "first": {**item, "arguments": "", "status": "in_progress"},
            "item": {**item, "arguments": text},
            "events": [
                {"type": "response.function_call_arguments.delta", "delta": text},
                {"type": "response.function_call_arguments.done", "arguments": text, "name": name},
            ],
        }


def _reasoning(item_id: str, reply: Answer) -> Body:
    part = {"type": "summary_text", "text": reply.thinks}
    place = {"summary_index": 0}
    first: Body = {"id": item_id, "type": "reasoning", "summary": [], "encrypted_content": None}
    events = [
        {"type": "response.reasoning_summary_part.added", **place, "part": {**part, "text": ""}},
        *({"type": _THOUGHT, **place, "delta": piece} for piece in pieces(reply.thinks)),
        {"type": "response.reasoning_summary_text.done", **place, "text": reply.thinks},
        {"type": "response.reasoning_summary_part.done", **place, "part": part},
    ]
    done = {**first, "summary": [part], "encrypted_content": reply.signature or None}
    return {"first": first, "item": done, "events": events}


def _message(item_id: str, reply: Answer) -> Body:
    message: Body = {"id": item_id, "type": "message", "role": "assistant"}
    part = {"type": "output_text", "text": reply.text, "annotations": []}
    place = {"content_index": 0}
    events = [
        {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
        *(_text_delta(word) for word in pieces(reply.text)),
        {"type": "response.output_text.done", **place, "text": reply.text, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": part},
    ]
    first = {**message, "status": "in_progress", "content": []}
    return {"first": first, "item": {**message, "status": "completed", "content": [part]}, "events": events}


def _refusal(item_id: str, reply: Answer) -> Body:
    message: Body = {"id": item_id, "type": "message", "role": "assistant"}
    part = {"type": "refusal", "refusal": reply.refusal}
    place = {"content_index": 0}
    events = [
        {"type": "response.content_part.added", **place, "part": {**part, "refusal": ""}},
        {"type": "response.refusal.delta", **place, "delta": reply.refusal},
        {"type": "response.refusal.done", **place, "refusal": reply.refusal},
        {"type": "response.content_part.done", **place, "part": part},
    ]
    first = {**message, "status": "in_progress", "content": []}
    return {"first": first, "item": {**message, "status": "completed", "content": [part]}, "events": events}


def _text_delta(text: str) -> Body:
    return {"type": _SAID, "content_index": 0, "delta": text, "logprobs": []}


def _response(model: str) -> Body:
    response: Body = {"id": "resp_1", "object": "response", "created_at": 1, "model": model}
    response |= {"status": "in_progress", "output": [], "tools": [], "tool_choice": "auto"}
    return {**response, "parallel_tool_calls": True}


def _usage(usage: Usage | Body | None) -> Body | None:
    if not isinstance(usage, Usage):
        return None
    return {
        "input_tokens": usage.given,
        "input_tokens_details": {"cached_tokens": usage.from_cache},
        "output_tokens": usage.made,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.given + usage.made,
    }
