from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from .agent import DEFAULT_MAX_STEPS, DEFAULT_TEMPERATURE
from .event import Tail
from .lifecycle import HELD_BY_NO_WORKER, LIVE, MOVES, OVER, Fenced, MoveLost, Status
from .limit import AtLimit, in_words
from .session import Session
from .user import User

if TYPE_CHECKING:
    from .event import Event

INSTRUCTION_LIMIT = 50_000
# What people decide of a task while it lives; its fence with them, for it may be taken from its worker.
DECIDED = (
    "model effort rerun status fence stop_asked_at stop_asked_by pause_asked_at pause_asked_by "
    "budget_usd max_steps max_duration_seconds expires_at"
).split()
_CHANGING = [*DECIDED, *"actions doing failure started_at ended_at spent_usd unpriced".split()]


_NO_PAUSE: dict[str, Any] = {"pause_asked_at": None, "pause_asked_by": None}


def _over() -> models.Q:
    return models.Q(status__in=sorted(OVER))


class Task(models.Model):
    """One run inside a session: an instruction and what came of it. A follow-up is a new task."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="tasks")
    number = models.PositiveIntegerField()  # 1 is the session's first
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(null=True, editable=False)  # of the form that sent it
    instruction = models.TextField(max_length=INSTRUCTION_LIMIT)
    model = models.CharField(max_length=200)
    effort = models.CharField(max_length=40, blank=True)
    temperature = models.FloatField(default=DEFAULT_TEMPERATURE)
    max_steps = models.PositiveIntegerField(default=DEFAULT_MAX_STEPS)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    fence = models.PositiveIntegerField(default=0)  # grows with each attempt; older ones cannot write
    max_duration_seconds = models.PositiveIntegerField(null=True)  # at work; waiting does not count
    budget_usd = models.DecimalField(null=True, max_digits=9, decimal_places=2)
    expires_at = models.DateTimeField(null=True)  # wherever it is then
    at_limit = models.CharField(max_length=10, choices=AtLimit.choices, default=AtLimit.ASK)
    spent_usd = models.DecimalField(default=Decimal(0), max_digits=14, decimal_places=8)
    unpriced = models.PositiveIntegerField(default=0)  # calls to models whose price nobody knows
    actions = models.PositiveIntegerField(default=0)  # tool calls made, counted against max_steps
    doing = models.CharField(max_length=200, blank=True)  # the step under way, in words, for the dashboard
    failure = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    stop_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    pause_asked_at = models.DateTimeField(null=True)  # while a worker holds it: it pauses after its step
    pause_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    rerun = models.JSONField(null=True)  # what begins once this is over, see rewinding.go_again
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["session_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "number"], name="task_numbers_are_unique_in_a_session"
            ),
            models.UniqueConstraint(fields=["session", "key"], name="a_form_sends_one_task"),
            models.UniqueConstraint(
                fields=["session"], condition=~_over(), name="a_session_has_one_unfinished_task"
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="task_status_is_known"),
            models.CheckConstraint(
                condition=models.Q(_over(), ended_at__isnull=False)
                | models.Q(~_over(), ended_at__isnull=True),
                name="ended_at_is_set_when_the_task_is_over",
            ),
        ]
        indexes = [models.Index(fields=["status", "id"], name="task_queue")]

    def __str__(self) -> str:
        return f"task {self.number} of session {self.session_id}"

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    def look_again(self) -> None:
        """Read again what changes while a task lives; the session it was read with stays at hand."""
        self.refresh_from_db(fields=_CHANGING)

    def move(
        self,
        name: str,
        payload: dict[str, Any] | None = None,
        *,
        by: User | None = None,
        fence: int | None = None,
        changes: dict[str, Any] | None = None,
    ) -> Event:
        """Make a legal move and tell of it. The row count decides who wins a race.

        With `fence`, only the worker that holds the task may make it. Raises MoveLost, or Fenced.
        """
        move = MOVES[name]
        fields: dict[str, Any] = {"status": move.target, **_moments(move.target), **(changes or {})}
        with self.session.writing() as session:
            rows = Task.objects.filter(pk=self.pk, status__in=sorted(move.sources))
            if fence is not None:
                rows = rows.filter(fence=fence)
            if not rows.update(**fields):
                self.look_again()
                raise Fenced if fence not in (None, self.fence) else MoveLost(name, self.status)
            if Status.IN_PROGRESS in move.sources:
                Tail.objects.filter(task=self).delete()  # nobody is left who would bring it to its end
            if move.target in OVER:
                self.withdraw_questions(session)
            event = session.append(move.event, payload, task=self, by=by)
        self.look_again()
        return event

    def withdraw_questions(self, session: Session, *, but: int = 0) -> None:
        """Close what is open, `but` one, without an answer. Called while the session's row is held."""
        opened = self.questions.filter(closed_at=None).exclude(pk=but)
        for question in opened.order_by("pk"):
            session.append("withdrawn", {"question": question.pk}, task=self, step=question.step)
        opened.update(closed_at=timezone.now())

    @contextmanager
    def held(self, fence: int) -> Iterator[Session]:
        """A transaction in which only the worker that holds this task writes. Raises Fenced otherwise."""
        with self.session.writing() as session:
            if not Task.objects.filter(pk=self.pk, fence=fence, status=Status.IN_PROGRESS).exists():
                raise Fenced
            yield session

    def ask_to_stop(self, *, by: User) -> None:
        """Stop it for good. What no worker holds ends at once; a worker is asked, and the page says so."""
        with self.session.writing() as session:
            self.look_again()
            if self.status in HELD_BY_NO_WORKER:
                self.move("cancel", {"by_name": by.shown_name}, by=by)
            elif self.status in LIVE and (self.stop_asked_at is None or self.rerun):
                wish = {"stop_asked_at": self.stop_asked_at or timezone.now(), "stop_asked_by": by}
                Task.objects.filter(pk=self.pk).update(**wish, rerun=None)  # nor does it go again then
                session.append("stop_asked", task=self, by=by)
        self.look_again()

    def ask_to_pause(self, *, by: User) -> None:
        """Pause it. A worker is asked, and obeys after its step. Needs input and what is over stay so."""
        with self.session.writing() as session:
            self.look_again()
            if self.status == Status.PENDING:
                self.move("pause", {"by_name": by.shown_name}, by=by)
            elif self.status == Status.IN_PROGRESS and not (self.stop_asked_at or self.pause_asked_at):
                Task.objects.filter(pk=self.pk).update(pause_asked_at=timezone.now(), pause_asked_by=by)
                session.append("pause_asked", task=self, by=by)
        self.look_again()

    def resume(self, *, by: User) -> None:
        """Let it go on where it was paused; where it is about to pause, it does not. Else nothing changes."""
        with self.session.writing() as session:
            self.look_again()
            if self.status == Status.PAUSED:
                self.move("resume", {"by_name": by.shown_name}, by=by)
            elif self.pause_asked_at is not None:
                Task.objects.filter(pk=self.pk).update(**_NO_PAUSE)
                session.append("pause_withdrawn", task=self, by=by)
        self.look_again()

    @property
    def is_past_its_time(self) -> bool:
        """Its time to live has run out: it expires, as soon as no worker holds it."""
        return self.status in LIVE and self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def lifetime(self) -> str:
        """How long it was given to live, in words; empty for as long as it takes."""
        return in_words((self.expires_at - self.created_at).total_seconds()) if self.expires_at else ""

    @property
    def nears_its_budget(self) -> bool:
        """Whether four fifths of it are spent."""
        return self.budget_usd is not None and self.spent_usd >= self.budget_usd * 4 / 5

    @property
    def duration_seconds(self) -> float:
        """From its start to its end, or to now; 0 before it started."""
        if self.started_at is None:
            return 0.0
        return ((self.ended_at or timezone.now()) - self.started_at).total_seconds()


def _moments(target: Status) -> dict[str, Any]:
    now = timezone.now()
    if target == Status.IN_PROGRESS:
        return {"started_at": Coalesce("started_at", models.Value(now))}
    # A wish to pause is for the worker that holds it: it has come true, or an ending came before it.
    ended = {"ended_at": now} if target in OVER else {}
    return {**ended, **_NO_PAUSE, "doing": ""}
