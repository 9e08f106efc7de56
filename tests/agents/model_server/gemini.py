"""Google's language: /v1beta/models/<model>:streamGenerateContent."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator

from .script import Answer, Body, BreaksOff, Fails, Usage, pieces

_FINISH_REASONS = {"stop": "STOP", "tool_calls": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def events(model: str, reply: Answer) -> Iterator[Body]:
    if reply.finish == "content_filter" and not reply.text:
        yield {**_chunk(model, reply.usage), "promptFeedback": {"blockReason": "SAFETY"}}
        return
    for part in _parts(reply):
        yield {**_chunk(model, None), "candidates": [_candidate([part])]}
        time.sleep(reply.pause_seconds)
    # Its arguments are always an object: what cannot be read as one ends the answer.
    malformed = any(isinstance(arguments, str) for _, arguments, *_ in reply.calls)
    reason = "MALFORMED_FUNCTION_CALL" if malformed else _FINISH_REASONS[reply.finish]
    yield {**_chunk(model, reply.usage), "candidates": [{**_candidate([]), "finishReason": reason}]}


def beginning(model: str, reply: BreaksOff) -> Iterator[Body]:
    yield {**_chunk(model, None), "candidates": [_candidate([{"text": reply.text}])]}


def error(reply: Fails) -> Body:
    status = reply.code or _STATUSES.get(reply.status, "INTERNAL")
    body: Body = {"code": reply.status, "message": reply.message, "status": status}
    return {"error": body | ({"details": list(reply.details)} if reply.details else {})}


def error_within(reply: Fails) -> Body:
    """The same, in the midst of an answer."""
    return error(reply)


def _parts(reply: Answer) -> Iterator[Body]:
    """The first part after a thought carries its signature."""
    signature = reply.signature and base64.b64encode(reply.signature.encode()).decode()
    signed: Body = {"thoughtSignature": signature} if signature else {}
    for piece in pieces(reply.thinks):
        yield {"text": piece, "thought": True}
    for word in pieces(reply.text):
        yield {"text": word, **signed}
        signed = {}
    for name, arguments, *call_id in reply.calls:
        if isinstance(arguments, dict):
            call = {"name": name, "args": arguments} | ({"id": call_id[0]} if call_id else {})
            yield {"functionCall": call, **signed}
            signed = {}


def _candidate(parts: list[Body]) -> Body:
    return {"index": 0, "content": {"role": "model", "parts": parts}}


def _chunk(model: str, usage: Usage | Body | None) -> Body:
    chunk: Body = {"modelVersion": model, "responseId": "r1"}
    if isinstance(usage, Usage):
        chunk["usageMetadata"] = {
            "promptTokenCount": usage.given,
            "cachedContentTokenCount": usage.from_cache,
            "candidatesTokenCount": usage.made,
            "totalTokenCount": usage.given + usage.made,
        }
    return chunk
