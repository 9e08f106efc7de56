"""Every kind of event, what its payload holds, and whether it opens a step.

    opens     a step of its own, drawn by templates/events/_<kind>.html
    follows   belongs to the step whose number it carries in `step`; changes that step's meta line and body
    silent    is not drawn: the model's memory, or a change of status that the page's head shows

A payload is at most 8 KB of JSON. What is larger lies in a blob and the payload names its digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PAYLOAD_LIMIT_BYTES = 8 * 1024

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
    _kind("message_sent", "opens", "text cut message"),
    _kind("message_read", "follows", "message at_step"),
    # What the model said. `blob` is the digest of all of it when it is long; `response` pydantic-ai's dump.
    _kind("model_responded", "silent", "response blob seconds usage"),
    _kind("thought", "opens", "text blob seconds"),
    _kind("said", "opens", "text blob"),
    _kind("model_retrying", "opens", "tries reason delay_seconds"),
    _kind("model_retried", "follows", "tries reason delay_seconds"),
    # What tools did
    _kind("returned", "silent", "call_id tool text blob image image_type failed"),
    _kind("command_started", "opens", "call_id command boot"),
    _kind("command_ended", "follows", "call_id exit_code seconds reason output output_blob output_bytes"),
    _kind("file_read", "opens", "call_id path first_line lines excerpt"),
    _kind("file_written", "opens", "call_id path added removed diff diff_blob size_bytes change by"),
    _kind("file_edited", "opens", "call_id path added removed diff diff_blob size_bytes change by"),
    _kind("page_opened", "opens", "call_id url boot"),
    _kind("page_acted", "opens", "call_id action boot"),
    _kind("page_shown", "follows", "call_id url title screenshot width height seconds note"),
    _kind("page_read", "opens", "call_id url title excerpt"),
    _kind("committed", "opens", "call_id sha subject branch repository files added removed"),
    _kind("artifact_saved", "opens", "call_id artifact version number name kind files size_bytes"),
    _kind("tool_failed", "opens", "call_id tool text detail"),
    _kind("step_failed", "follows", "call_id tool text detail"),
    _kind("progressed", "silent", "text percent"),
    # Questions
    _kind("asked", "opens", "call_id question text kind choices"),
    _kind("answered", "follows", "call_id question text by_name waited_seconds"),
    _kind("withdrawn", "follows", "question"),
    # How the task fares
    _kind("queued", "silent"),
    _kind("started", "silent", "attempt worker"),
    _kind("parked", "silent", "reason"),
    _kind("waiting", "silent"),
    _kind("stop_asked", "silent"),
    _kind("paused", "opens", "reason", counts=False),
    _kind("resumed", "opens", "", counts=False),
    _kind("recovered", "opens", "reason", counts=False),
    _kind("completed", "opens", "seconds steps", counts=False),
    _kind("failed", "opens", "text detail kept retry", counts=False),
    _kind("cancelled", "opens", "by_name", counts=False),
    _kind("expired", "opens", "", counts=False),
    _kind("renamed", "silent", "title"),
)

KINDS: dict[str, EventKind] = {kind.name: kind for kind in _ALL}
STEP_KINDS = tuple(kind.name for kind in _ALL if kind.drawing == "opens")


class PayloadRefused(ValueError):
    """An event's payload has a key that its kind does not know, or is larger than 8 KB."""
