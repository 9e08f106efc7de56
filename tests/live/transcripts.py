"""Transcripts for tests: each kind of step with what follows it, as workers write them."""

from __future__ import annotations

from typing import Any, NamedTuple

from sessions_app.models import Event, Session, Task
from sessions_app.models.event_kinds import STEP_KINDS

Payload = dict[str, Any]

DIFF = "--- a/plans.ts\n+++ b/plans.ts\n@@ -18,3 +18,3 @@ yearly()\n same\n-old <b>\n+new\n"


class Written(NamedTuple):
    """A step's opening event and those that follow it, in order."""

    opens: Payload
    follow: list[tuple[str, Payload]] = []


ENDED = {"call_id": "c", "exit_code": 0, "seconds": 6.1, "output": "\x1b[32mok\x1b[0m <b>", "output_bytes": 9}
SHOWN = {
    "call_id": "c",
    "url": "http://a/",
    "title": "A & B",
    "screenshot": "ab" * 32,
    "width": 1120,
    "height": 700,
}
ON_SCREEN = {name: SHOWN[name] for name in SHOWN.keys() - {"url", "title"}}
ASKED = {"call_id": "c", "question": 1, "text": "Which *one*?", "kind": "text", "choices": []}
ANSWERED = {"call_id": "c", "question": 1, "text": "This <one>", "by_name": "Bob", "waited_seconds": 540}
DECIDED = {
    "call_id": "c",
    "question": 1,
    "allowed": False,
    "how": "",
    "text": "Not <today>.",
    "by_name": "Bob",
    "waited_seconds": 9,
}

STEPS: dict[str, Written] = {
    "instructed": Written({"text": "Fix <it>\nnow", "effort": "", "model": "demo"}),
    "message_sent": Written(
        {"text": "Also this", "message": 7},
        [
            ("message_edited", {"message": 7, "text": "Also <that>", "by_name": "Bob"}),
            ("message_read", {"message": 7, "at_step": 4}),
        ],
    ),
    "thought": Written({"text": "I **think**", "seconds": 14}),
    "summarised": Written({"kept": 12, "text": "The ship is *Halcyon*.", "trouble": "", "seconds": 9.1}),
    "said": Written({"text": "Done:\n\n- one\n- two"}),
    "model_retrying": Written(
        {"tries": 1, "reason": "503", "delay_seconds": 2},
        [("model_retried", {"tries": 2, "reason": "504", "delay_seconds": 4})],
    ),
    "command_started": Written(
        {"call_id": "c", "command": "npm test", "boot": "b"}, [("command_ended", ENDED)]
    ),
    "file_read": Written({"call_id": "c", "path": "a.md", "first_line": 3, "lines": 2, "excerpt": "x\ny"}),
    "file_written": Written({"call_id": "c", "path": "b.ts", "added": 2, "removed": 0, "diff": DIFF}),
    "file_edited": Written({"call_id": "c", "path": "b.ts", "added": 1, "removed": 1, "diff": DIFF}),
    "page_opened": Written({"call_id": "c", "url": "http://a/", "boot": "b"}, [("page_shown", SHOWN)]),
    "page_acted": Written(
        {"call_id": "c", "action": "clicked “Yearly”", "boot": "b"}, [("page_shown", SHOWN)]
    ),
    "control_taken": Written({"by_name": "Maya"}),
    "person_acted": Written({"action": "clicked at 40, 12", "by_name": "Maya"}),
    "control_returned": Written({"by_name": "Maya", "seconds": 61, "note": "Signed in.", "why": ""}),
    "screen_acted": Written(
        {"call_id": "c", "action": "clicked at 40, 12", "boot": "b", "x": 40, "y": 12},
        [("screen_shown", ON_SCREEN)],
    ),
    "page_read": Written({"call_id": "c", "url": "http://a/", "title": "A", "excerpt": "words"}),
    "committed": Written(
        {
            "call_id": "c",
            "sha": "a41f9c2aa",
            "subject": "Fix it",
            "branch": "main",
            "files": [{"path": "a", "added": 1, "removed": 0}],
            "added": 1,
            "removed": 0,
        }
    ),
    "artifact_saved": Written(
        {
            "artifact": 1,
            "version": 1,
            "number": 2,
            "name": "Preview",
            "kind": "site",
            "files": 4,
            "size_bytes": 9,
        }
    ),
    "tool_failed": Written({"tool": "bash", "text": "The computer did not start.", "detail": "bwrap"}),
    "secret_removed": Written({"name": "GITHUB_TOKEN", "by_name": "Bob"}),
    "asked": Written(ASKED, [("answered", ANSWERED)]),
    "approval_asked": Written(
        {"call_id": "c", "question": 1, "text": "May it push?", "shown": "git push <b>", "cut": True},
        [("decided", DECIDED)],
    ),
    "grant_taken_back": Written({"covers": "Git push to <origin>", "by_name": "Bob"}),
    "rewound": Written({"to": 1, "step": 1, "by_name": "Bob"}),
    "forked": Written({"session": 1, "to": 1, "step": 1, "title": "Other <b>", "by_name": "Bob"}),
    "steered": Written({"model": "Other", "effort": "High", "by_name": "Bob"}),
    "adjusted": Written({"text": "This model takes no temperature. It was left out."}),
    "paused": Written({"by_name": "Bob", "reason": "The server was restarted."}),
    "resumed": Written({"by_name": "Bob"}),
    "recovered": Written({"reason": "The worker was gone."}),
    "completed": Written({"seconds": 1090, "steps": 52}),
    "failed": Written({"text": "It broke.", "detail": "Trace", "kept": "All is kept."}),
    "cancelled": Written({"by_name": "Bob"}),
    "expired": Written({}),
}
assert set(STEPS) == set(STEP_KINDS)


def write(session: Session, kind: str, /, *, task: Task | None = None, **payload: Any) -> Event:
    return session.append(kind, payload, task=task, by=session.created_by)


def write_step(session: Session, kind: str) -> list[Event]:
    """One step of a kind with all that follows it."""
    task = session.latest_task
    opener = session.append(kind, STEPS[kind].opens, task=task, by=session.created_by)
    followers = [session.append(name, told, task=task, step=opener.seq) for name, told in STEPS[kind].follow]
    return [opener, *followers]


def write_commands(session: Session, count: int, *, first: int = 1) -> None:
    """Commands that have ended, numbered, so that each line can be told from the others."""
    for number in range(first, first + count):
        opener = write(session, "command_started", call_id=f"c{number}", command=f"echo {number}", boot="b")
        ended = {"call_id": f"c{number}", "exit_code": 0, "seconds": 0.1, "output": f"{number}\n"}
        session.append("command_ended", ended, step=opener.seq)
