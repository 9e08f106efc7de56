"""What an agent does now, in words, for the rows of the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sessions_app.models.event_kinds import sound

_WORDS = {
    "command_started": "{command}",
    "page_opened": "Opening {url}",
    "page_acted": "{action}",
    "screen_acted": "{action}",
    "page_read": "Reading {url}",
    "file_read": "Reading {path}",
    "file_written": "Writing {path}",
    "file_edited": "Editing {path}",
    "committed": "Committed {subject}",
    "artifact_saved": "Made {name}",
    "progressed": "{text}",
}


def doing(kind: str, payload: Mapping[str, Any]) -> str:
    """One line, at most 200 characters; empty for kinds that say nothing about the work."""
    words: str = sound(_WORDS[kind].format_map(payload)) if kind in _WORDS else ""
    return " ".join(words.split())[:200]
