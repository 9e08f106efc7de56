"""Every kind of event, what its payload holds, and whether it opens a step.

    opens     a step of its own, drawn by templates/events/_<kind>.html
    follows   belongs to the step whose number it carries in `step`; changes that step's meta line and body
    silent    is not drawn: the model's memory, or a change of status that the page's head shows

A payload is at most 8 KB of JSON. What is larger lies in a blob and the payload names its digest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from django.core.serializers.json import DjangoJSONEncoder

PAYLOAD_LIMIT_BYTES = 8 * 1024
TEXT_LIMIT_BYTES = 6_000  # of one text in a payload; a longer one is kept whole elsewhere

Drawing = Literal["opens", "follows", "silent"]


@dataclass(frozen=True)
class EventKind:
    name: str
    drawing: Drawing
    keys: frozenset[str]
    counts: bool = True  # whether the step it opens is counted in "41 steps"


def _kind(name: str, drawing: Drawing, keys: str = "", *, counts: bool = True) -> EventKind:
    return EventKind(name, drawing, frozenset(keys.split()), counts and drawing == "opens")


_ALL = (
    # What people said. `cut`: the text is longer than shown; the row of the task or message has all of it.
    _kind("instructed", "opens", "text cut effort model"),
    _kind("rewound", "opens", "to step by_name", counts=False),
    _kind("forked", "opens", "session to step title by_name", counts=False),
    _kind("message_sent", "opens", "text cut message"),
    _kind("message_edited", "follows", "message text cut by_name"),
    _kind("message_withdrawn", "follows", "message by_name"),
    _kind("message_read", "follows", "message at_step"),
    # What the model said. `blob` is the digest of all of it when it is long; `response` pydantic-ai's dump.
    _kind("model_responded", "silent", "response blob seconds usage"),
    _kind("thought", "opens", "text blob seconds"),
    _kind("said", "opens", "text blob"),
    # The model's memory but the newest `kept` of its events, folded into this text; `trouble` says why not.
    _kind("summarised", "opens", "kept text blob trouble seconds", counts=False),
    _kind("model_retrying", "opens", "tries reason delay_seconds"),
    _kind("model_retried", "follows", "tries reason delay_seconds"),
    _kind("adjusted", "opens", "text", counts=False),
    # What tools did
    _kind("returned", "silent", "call_id tool text blob image image_type failed unusable"),
    _kind("command_started", "opens", "call_id command boot"),
    _kind("command_ended", "follows", "call_id exit_code seconds reason output output_blob output_bytes"),
    _kind("file_read", "opens", "call_id path first_line lines excerpt"),
    _kind("file_written", "opens", "call_id path added removed diff diff_blob size_bytes change by"),
    _kind("file_edited", "opens", "call_id path added removed diff diff_blob size_bytes change by"),
    _kind("page_opened", "opens", "call_id url boot"),
    _kind("page_acted", "opens", "call_id action boot"),
    _kind("page_shown", "follows", "call_id url title screenshot width height seconds note"),
    _kind("screen_acted", "opens", "call_id action boot x y"),
    _kind("screen_shown", "follows", "call_id screenshot width height seconds note"),
    _kind("page_read", "opens", "call_id url title excerpt"),
    _kind("committed", "opens", "call_id sha subject branch repository files added removed"),
    _kind("artifact_saved", "opens", "call_id artifact version number name kind files size_bytes"),
    _kind("tool_failed", "opens", "call_id tool text detail"),
    _kind("step_failed", "follows", "call_id tool text detail"),
    _kind("progressed", "silent", "text percent"),
    # Questions
    _kind("asked", "opens", "call_id question text kind choices deadline_at default about"),
    _kind(
        "answered",
        "follows",
        "call_id question text cut by_name by_link by_deadline by_budget verdict at_step waited_seconds "
        "file_name file_bytes",
    ),
    _kind("approval_asked", "opens", "call_id question text shown cut"),
    _kind("decided", "follows", "call_id question allowed how text cut by_name waited_seconds"),
    _kind("grant_taken_back", "opens", "covers by_name", counts=False),
    _kind("withdrawn", "follows", "question"),
    _kind("secret_removed", "opens", "name by_name", counts=False),
    # A person at the computer
    _kind("control_taken", "opens", "by_name", counts=False),
    _kind("person_acted", "opens", "action by_name", counts=False),
    _kind("control_returned", "opens", "by_name seconds note why", counts=False),
    # How the task fares
    _kind("queued", "silent"),
    _kind("started", "silent", "attempt worker"),
    _kind("parked", "silent", "reason"),
    _kind("waiting", "silent"),
    _kind("steered", "opens", "model effort by_name", counts=False),
    _kind("stop_asked", "silent"),
    _kind("pause_asked", "silent"),
    _kind("pause_withdrawn", "silent"),
    _kind("paused", "opens", "by_name reason", counts=False),
    _kind("resumed", "opens", "by_name", counts=False),
    _kind("recovered", "opens", "reason", counts=False),
    _kind("completed", "opens", "seconds steps", counts=False),
    _kind("failed", "opens", "text detail kept retry", counts=False),
    _kind("cancelled", "opens", "by_name", counts=False),
    _kind("expired", "opens", "after", counts=False),
    _kind("renamed", "silent", "title"),
)

KINDS: dict[str, EventKind] = {kind.name: kind for kind in _ALL}
STEP_KINDS = tuple(kind.name for kind in _ALL if kind.drawing == "opens")


class PayloadRefused(ValueError):
    """An event's payload has a key that its kind does not know, or is larger than 8 KB."""


def size_of(value: object) -> int:
    """In bytes of JSON: there a line break or a quote takes two, and other control characters take six."""
    return len(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).encode())


def sound(value: Any) -> Any:
    """The value with what no database takes replaced: halves of characters, as models send them, and NUL."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode().replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {key: sound(inner) for key, inner in value.items()}
    return [sound(inner) for inner in value] if isinstance(value, list | tuple) else value


def cut(text: str, limit_bytes: int = TEXT_LIMIT_BYTES) -> str:
    """As much of the beginning of a text as takes no more than that in JSON."""
    text = text[:limit_bytes]
    while text and (size := size_of(text)) > limit_bytes:
        text = text[: len(text) * limit_bytes // size]
    return text


def shown(text: str) -> dict[str, Any]:
    """A person's text as keys of a payload; `cut` when the row of what they sent has more of it."""
    beginning = cut(text)
    return {"text": text} if beginning == text else {"text": beginning, "cut": True}


def fitted(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with its longest texts cut, so that an event takes it whatever a program printed."""
    texts = [key for key, value in payload.items() if isinstance(value, str)]
    for key in sorted(texts, key=lambda key: size_of(payload[key]), reverse=True):
        over = size_of(payload) - PAYLOAD_LIMIT_BYTES
        if over <= 0:
            break
        payload = payload | {key: cut(payload[key], max(size_of(payload[key]) - over, 0))}
    return payload
