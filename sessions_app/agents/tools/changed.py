"""What changed in a computer, as events."""

from __future__ import annotations

import json
from typing import Literal

from sessions_app.agents.ports import PAYLOAD_TEXT_BYTES, Desk, JsonValue, Written
from sessions_app.computers.results import Changes, Commit, FileChange

Cause = Literal["command", "edit_file", "write_file"]


async def changes_as_events(desk: Desk, changes: Changes, *, by: Cause, path: str = "") -> list[Written]:
    """One event a file and a commit. With a `path`, `by` is the cause of that file's change alone."""
    events = [
        await _file_event(desk, change, by=by if not path or change.path == path else "command")
        for change in changes.files
    ]
    return events + [_commit_event(commit) for commit in changes.commits]


async def _file_event(desk: Desk, change: FileChange, *, by: Cause) -> Written:
    payload: dict[str, JsonValue] = {
        "path": change.path,
        "added": change.added,
        "removed": change.removed,
        "size_bytes": change.size_bytes,
        "change": change.kind,
        "by": by,
    }
    diff = change.diff.encode()
    if len(diff) > PAYLOAD_TEXT_BYTES:
        payload["diff_blob"] = await desk.keep(diff)
    else:
        payload["diff"] = change.diff
    edited = change.kind == "modified" and by != "write_file"
    return Written("file_edited" if edited else "file_written", payload)


def _commit_event(commit: Commit) -> Written:
    return Written(
        "committed",
        {
            "sha": commit.sha,
            "subject": commit.subject[:500],
            "branch": commit.branch,
            "repository": commit.repository,
            "files": _named(commit),
            "added": sum(file.added for file in commit.files),
            "removed": sum(file.removed for file in commit.files),
        },
    )


def _named(commit: Commit) -> list[JsonValue]:
    """Its first files, at most 20, as far as an event has room for their names."""
    named: list[JsonValue] = []
    left = PAYLOAD_TEXT_BYTES
    for file in commit.files[:20]:
        row: dict[str, JsonValue] = {"path": file.path, "added": file.added, "removed": file.removed}
        left -= len(json.dumps(row))
        if left < 0:
            break
        named.append(row)
    return named


def summary(changes: Changes) -> str:
    """The changes in one line for the model, empty when there are none."""
    named = [f"{change.kind} {change.path}" for change in changes.files[:10]]
    more = len(changes.files) - len(named) + changes.more_files
    if more:
        named.append(f"{more} more")
    named += [f"commit {commit.sha[:10]} “{commit.subject[:80]}”" for commit in changes.commits[:10]]
    return f"Changed: {', '.join(named)}." if named else ""
