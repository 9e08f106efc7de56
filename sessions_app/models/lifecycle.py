"""What may become of a task. One table says which moves are legal; only `Task.move` makes them.

    pending ⇄ in_progress ─ wait → waiting_for_input ─ answer → pending
       │           │ pause → paused ─ resume → pending
       └───────────┴─ complete · fail · cancel · expire → over, and nothing leaves it

The words serve three vocabularies: the badge on the page, Lightcone's Agent Tasks API and AG2's metadata.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Status(TextChoices):
    PENDING = "pending", "Queued"
    IN_PROGRESS = "in_progress", "Running"
    WAITING_FOR_INPUT = "waiting_for_input", "Needs input"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


OVER = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.EXPIRED})
LIVE = frozenset(Status) - OVER
HELD_BY_NO_WORKER = LIVE - {Status.IN_PROGRESS}


@dataclass(frozen=True)
class Move:
    """From any of `sources` to `target`, told in the transcript as `event`."""

    sources: frozenset[Status]
    target: Status
    event: str


MOVES: dict[str, Move] = {
    "start": Move(frozenset({Status.PENDING}), Status.IN_PROGRESS, "started"),
    "park": Move(frozenset({Status.IN_PROGRESS}), Status.PENDING, "parked"),
    "wait": Move(frozenset({Status.IN_PROGRESS}), Status.WAITING_FOR_INPUT, "waiting"),
    "answer": Move(frozenset({Status.WAITING_FOR_INPUT}), Status.PENDING, "queued"),
    "pause": Move(frozenset({Status.PENDING, Status.IN_PROGRESS}), Status.PAUSED, "paused"),
    "resume": Move(frozenset({Status.PAUSED}), Status.PENDING, "resumed"),
    "complete": Move(
        frozenset({Status.IN_PROGRESS, Status.WAITING_FOR_INPUT}), Status.COMPLETED, "completed"
    ),
    "fail": Move(LIVE, Status.FAILED, "failed"),
    "cancel": Move(LIVE, Status.CANCELLED, "cancelled"),
    "expire": Move(LIVE, Status.EXPIRED, "expired"),
}


class MoveLost(Exception):
    """The task was no longer where the move begins: somebody else moved it first. Nothing was changed."""

    def __init__(self, name: str, status: str) -> None:
        super().__init__(f"A task that is {Status(status).label.lower()} cannot {name}.")
        self.status = status


class Fenced(Exception):
    """This worker no longer holds the task. It must stop at once and write nothing more."""
