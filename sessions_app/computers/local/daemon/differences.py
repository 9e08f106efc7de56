"""What changed from one snapshot to the next, as unified diffs."""

from __future__ import annotations

import difflib
import os
import time
from typing import Any

from ..beneath import WORKSPACE
from .snapshot import Entry, Snapshot

LISTED_FILES = 50
DIFF_BYTES = 64 * 1024
COMPARED_CELLS = 4_000_000  # lines times lines; beyond, the changed part is shown as replaced whole
COMPARING_SECONDS = 3.0
CONTEXT_LINES = 3
CUT = "\n... the rest of this diff is left out.\n"


def differences(before: Snapshot, now: Snapshot) -> tuple[list[dict[str, Any]], int]:
    """The first files that changed, in the shape of FileChange, and how many more there are."""
    paths = [path for path in sorted({*before.files, *now.files}) if _changed(path, before, now)]
    deadline = time.monotonic() + COMPARING_SECONDS
    listed = paths[:LISTED_FILES]
    return [_change(path, before, now, deadline) for path in listed], len(paths) - len(listed)


def _changed(path: str, before: Snapshot, now: Snapshot) -> bool:
    was, is_now = before.files.get(path), now.files.get(path)
    if was is None or is_now is None:
        return True
    if was.digest and is_now.digest:
        return was.digest != is_now.digest
    return was.signature != is_now.signature


def keep_unseen(before: Snapshot, now: Snapshot) -> None:
    """A file that a cut snapshot did not come to is not deleted: keep what was known of it."""
    if now.whole:
        return
    for path, entry in before.files.items():
        if path not in now.files and os.path.lexists(os.path.join(WORKSPACE, path)):
            now.files[path] = entry


def _change(path: str, before: Snapshot, now: Snapshot, deadline: float) -> dict[str, Any]:
    was, is_now = before.files.get(path), now.files.get(path)
    kind = "added" if was is None else "deleted" if is_now is None else "modified"
    entries = [entry for entry in (was, is_now) if entry is not None]
    change: dict[str, Any] = {
        "path": path,
        "kind": kind,
        "added": 0,
        "removed": 0,
        "diff": "",
        "binary": any(entry.binary for entry in entries),
        "size_bytes": is_now.size_bytes if is_now else 0,
    }
    if all(entry.text is not None for entry in entries):
        names = {
            "fromfile": f"a/{path}" if was else "/dev/null",
            "tofile": f"b/{path}" if is_now else "/dev/null",
        }
        lines = _unified(names, _lines(was), _lines(is_now), deadline)
        change["added"] = sum(line.startswith("+") for line in lines[2:])
        change["removed"] = sum(line.startswith("-") for line in lines[2:])
        change["diff"] = _cut("".join(lines))
    return change


def _lines(entry: Entry | None) -> list[str]:
    lines = ((entry.text if entry else "") or "").split("\n")
    whole, rest = [line + "\n" for line in lines[:-1]], lines[-1]
    return whole + ([rest] if rest else [])


def _unified(names: dict[str, str], old: list[str], new: list[str], deadline: float) -> list[str]:
    """difflib takes minutes for some files, so only what lies between the first and last change goes in."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    ending = 0
    while ending < min(len(old), len(new)) - same and old[-1 - ending] == new[-1 - ending]:
        ending += 1
    first = max(0, same - CONTEXT_LINES)
    last = max(0, ending - CONTEXT_LINES)
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    if len(old) * len(new) > COMPARED_CELLS or time.monotonic() > deadline:
        replaced = [*("-" + line for line in old), *("+" + line for line in new)]
        header = [f"--- {names['fromfile']}\n", f"+++ {names['tofile']}\n"]
        return _ended([*header, f"@@ -{first + 1},{len(old)} +{first + 1},{len(new)} @@\n", *replaced])
    lines = list(difflib.unified_diff(old, new, n=CONTEXT_LINES, **names))
    return _ended([_moved(line, first) if line.startswith("@@") else line for line in lines])


def _moved(header: str, lines: int) -> str:
    """A hunk's header counted from the start of the file."""
    words = header.split(" ")
    for place in (1, 2):
        sign, (start, *length) = words[place][0], words[place][1:].split(",")
        words[place] = ",".join([f"{sign}{int(start) + lines}", *length])
    return " ".join(words)


def _ended(lines: list[str]) -> list[str]:
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]


def _cut(diff: str) -> str:
    data = diff.encode()
    if len(data) <= DIFF_BYTES:
        return diff
    kept = data[: DIFF_BYTES - len(CUT)].decode(errors="ignore")
    return kept[: kept.rfind("\n")] + CUT
