"""A person at the mouse and keyboard of a session's computer, while its agent is paused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from . import message
from .event import Event
from .lifecycle import LIVE, Status
from .question import QuestionKind
from .session import Session
from .user import User

IDLE = timedelta(minutes=10)  # without a touch of mouse or keyboard, after which the agent has it back
TOLD_ACTS = 20
NOTE_LIMIT = 2_000


class ControlRefused(ValueError):
    """Somebody else has control. Says who."""


class Takeover(models.Model):
    """One person's time at a computer: at most one at once."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="takeovers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    step = models.PositiveBigIntegerField()  # seq of the event that shows it
    paused_the_agent = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(until=None), name="one_person_at_a_computer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.by} at session {self.session_id}"

    @property
    def seconds(self) -> float:
        return ((self.until or timezone.now()) - self.since).total_seconds()

    def touch(self) -> None:
        """The person is still there."""
        Takeover.objects.filter(pk=self.pk, until=None).update(touched_at=timezone.now())


def current(session: Session) -> Takeover | None:
    return Takeover.objects.filter(session=session, until=None).select_related("by").first()


def take(session: Session, *, by: User) -> Takeover:
    """Give this person mouse and keyboard; an agent at work pauses after its step. Raises ControlRefused."""
    with session.writing() as held:
        if there := current(held):
            if there.by_id != by.pk:
                raise ControlRefused(f"{there.by.shown_name} has control.")
            return there
        task = held.latest_task
        paused = task is not None and task.status in (Status.PENDING, Status.IN_PROGRESS)
        told = held.append("control_taken", {"by_name": by.shown_name}, task=task, by=by)
        taken = Takeover.objects.create(session=held, by=by, step=told.seq, paused_the_agent=paused)
        if task is not None and paused:
            task.ask_to_pause(by=by)
    return taken


def give_back(taken: Takeover, *, by: User, note: str = "", why: str = "") -> None:
    """The agent has mouse and keyboard again, is told what was done, and goes on where it was paused.

    Where it had asked the person to take over, this is the answer. Given back already is no error.
    """
    with taken.session.writing() as held:
        taken.refresh_from_db()
        if taken.until is not None:
            return
        taken.until = timezone.now()
        taken.save(update_fields=["until"])
        if by.pk != taken.by_id:
            why = f"{by.shown_name} ended it."
        told: dict[str, Any] = {"by_name": taken.by.shown_name, "seconds": round(taken.seconds), "why": why}
        held.append("control_returned", told | {"note": note}, task=held.latest_task, by=by)
        _tell(held, taken, note.strip()[:NOTE_LIMIT])


def _tell(session: Session, taken: Takeover, note: str) -> None:
    acts = session.events.filter(kind="person_acted", seq__gt=taken.step).order_by("seq")
    text = "\n\n".join(filter(None, [_in_words(acts), note]))
    asked = session.questions.open().filter(kind=QuestionKind.TAKE_OVER).first()
    task = session.latest_task
    if asked is not None:
        asked.give_answer([], text, by=taken.by)
    elif task is not None and task.status in LIVE and (note or acts):
        message.put_in_queue(session, task, text, by=taken.by, key=message.new_key())
    if task is not None and taken.paused_the_agent:
        task.resume(by=taken.by)


def _in_words(acts: Iterable[Event]) -> str:
    done = [act.payload["action"] for act in acts]
    if not done:
        return "I had control of the computer and changed nothing."
    more = f", and {len(done) - TOLD_ACTS} more" if len(done) > TOLD_ACTS else ""
    return f"I had control of the computer. I {', '.join(done[:TOLD_ACTS])}{more}. Look how things stand now."


def record(taken: Takeover, action: str) -> None:
    """Write down what the person did, in words such as “clicked at 40, 12”, while they have control."""
    with taken.session.writing() as held:
        open_one = Takeover.objects.filter(pk=taken.pk, until=None)
        if open_one.update(touched_at=timezone.now()):
            told = {"action": action[:200], "by_name": taken.by.shown_name}
            held.append("person_acted", told, task=held.latest_task, by=taken.by)


def left_alone() -> models.QuerySet[Takeover]:
    """Those whose person has not touched anything for long."""
    idle = Takeover.objects.filter(until=None, touched_at__lt=timezone.now() - IDLE)
    return idle.select_related("session", "by")
