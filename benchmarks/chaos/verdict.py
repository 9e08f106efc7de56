"""What the rows and the files of the computers say when all is over."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from tests.serving import Server


@dataclass
class Verdict:
    lost: int = 0
    doubled: int = 0
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def on(cls, server: Server, *, sessions: int, commands: int) -> Verdict:
        verdict = cls()
        if len(rows := server.query("SELECT id, last_seq FROM sessions_app_session")) != sessions:
            verdict.wrong.append(f"{len(rows)} sessions, and not {sessions}")
        for session, last_seq in rows:
            verdict._look_at(server, session, last_seq, commands)
        return verdict

    def _look_at(self, server: Server, session: int, last_seq: int, commands: int) -> None:
        events = [
            (seq, kind, json.loads(payload))
            for seq, kind, payload in server.query(
                "SELECT seq, kind, payload FROM sessions_app_event WHERE session_id = ? ORDER BY seq", session
            )
        ]
        if [seq for seq, _, _ in events] != list(range(1, last_seq + 1)):
            self.wrong.append(f"session {session} has a gap in its numbers")
        for kind in ("command_started", "command_ended", "returned"):
            times = Counter(payload["call_id"] for _, told, payload in events if told == kind)
            if len(times) != commands + 1 or set(times.values()) != {1}:
                self.wrong.append(f"session {session} tells of {times.total()} × {kind}")
        if [kind for _, kind, _ in events].count("completed") != 1:
            self.wrong.append(f"session {session} is not done")
        self._count(events, commands)

    def _count(self, events: list[tuple[int, str, dict[str, Any]]], commands: int) -> None:
        """What ran, as the file of the computer tells: its last command printed it."""
        printed = [payload["output"] for _, kind, payload in events if kind == "command_ended"]
        ran = Counter(printed[-1].splitlines()) if printed else Counter()
        wanted = {f"run {number}" for number in range(commands)}
        self.lost += len(wanted - ran.keys())
        self.doubled += sum(times - 1 for line, times in ran.items() if line in wanted)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)

    def __str__(self) -> str:
        told = f"{self.lost} lost, {self.doubled} ran twice."
        return "\n".join([told, *self.wrong])


def recoveries(server: Server, killed_at: list[float]) -> list[float]:
    """Seconds from a kill until a session that it cut off was in a worker's hands again."""
    told = server.query(
        "SELECT session_id, kind, created_at FROM sessions_app_event"
        " WHERE kind IN ('recovered', 'started') ORDER BY session_id, seq"
    )
    found = []
    for (session, kind, _), (other, then, at) in pairwise(told):
        if (session, kind, then) == (other, "recovered", "started"):
            moment = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
            found.append(moment - max(killed for killed in killed_at if killed < moment))
    return found
