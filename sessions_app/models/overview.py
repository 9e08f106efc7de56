"""Sessions as the dashboard lists them. However many there are, the number of queries is the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from . import bell, takeover
from .agent import Agent
from .artifact import Artifact
from .attempt import LEASE, Attempt, leases_of
from .event import Event
from .lifecycle import OVER, Status
from .question import Question, QuestionKind
from .session import Session
from .space import Space
from .spending import Spent, spent_of
from .takeover import Takeover
from .task import Task

Kept = TypeVar("Kept", Question, Artifact)

WAITING, UNDER_WAY, FINISHED = "waiting", "under_way", "finished"
NEWS_FOR_STEPS = 5


@dataclass(frozen=True)
class Row:
    """One session with what its row or card shows. `place` is its place in the queue, 0 outside of it.

    `answered` is the answer that the agent got last, for as long as that is news: whoever was about to answer
    is told who was first. Five steps later, or when the task is over, it is none any more.
    """

    session: Session
    task: Task
    place: int = 0
    answered: Event | None = None
    questions: list[Question] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    leased_until: datetime | None = None  # of the worker that holds the task

    @property
    def heard_at(self) -> datetime | None:
        """When the worker that holds the task was last heard from."""
        return self.leased_until - LEASE if self.leased_until else None

    @property
    def is_interrupted(self) -> bool:
        """A worker holds the task, but has not been heard from for too long."""
        return self.leased_until is not None and self.leased_until < timezone.now()

    @cached_property
    def control(self) -> Takeover | None:
        """The person who has mouse and keyboard of its computer; read when it is asked for."""
        return takeover.current(self.session)

    @cached_property
    def spent(self) -> Spent:
        """The money of the session; read when it is asked for, since lists do not show it."""
        return spent_of(self.session)

    @property
    def group(self) -> str:
        if self.task.status == Status.WAITING_FOR_INPUT:
            return WAITING
        return FINISHED if self.task.is_over else UNDER_WAY

    @property
    def asked(self) -> Question | None:
        """The oldest open one: the next that is answered or decided."""
        return self.questions[0] if self.questions else None

    @property
    def question(self) -> Question | None:
        """The next one, where it is answered in words or with a choice."""
        return self.asked if self.asked and self.asked.kind != QuestionKind.APPROVE else None

    @property
    def approval(self) -> Question | None:
        """The next one, where it is decided."""
        return self.asked if self.asked and self.asked.kind == QuestionKind.APPROVE else None

    @property
    def asked_at(self) -> datetime:
        return self.asked.asked_at if self.asked else self.task.created_at


def in_order(sessions: models.QuerySet[Session]) -> models.QuerySet[Session]:
    """What waits for a person, the longest first; then what is under way; then the finished, newest first."""
    rank = Case(
        When(latest_task__status=Status.WAITING_FOR_INPUT, then=Value(0)),
        When(latest_task__status=Status.IN_PROGRESS, then=Value(1)),
        When(latest_task__status=Status.PENDING, then=Value(2)),
        When(latest_task__status=Status.PAUSED, then=Value(3)),
        default=Value(4),
    )
    asked_at = Question.objects.open().filter(session=OuterRef("pk")).order_by("pk").values("asked_at")[:1]
    return (
        sessions.filter(latest_task__isnull=False)
        .annotate(rank=rank, waits_since=Subquery(asked_at))
        .order_by("rank", "waits_since", F("latest_task__ended_at").desc(), "latest_task")
    )


def rows_of(sessions: Iterable[Session]) -> list[Row]:
    """The rows of these sessions, in this order. Sessions without a task have none."""
    with_task = [(session, session.latest_task) for session in sessions if session.latest_task]
    keys = [session.pk for session, _ in with_task]
    places = _places(task for _, task in with_task)
    answers = _answers(task for _, task in with_task if not task.is_over)
    questions = _by_session(Question.objects.open().filter(session__in=keys))
    artifacts = _by_session(Artifact.objects.filter(session__in=keys).with_latest())
    leases = leases_of(task for _, task in with_task)
    return [
        Row(
            session,
            task,
            places.get(task.pk, 0),
            _news(answers.get(task.pk), session),
            questions.get(session.pk, []),
            artifacts.get(session.pk, []),
            leases.get(task.pk),
        )
        for session, task in with_task
    ]


def _places(tasks: Iterable[Task]) -> dict[int, int]:
    queued = [task.pk for task in tasks if task.status == Status.PENDING]
    if not queued:
        return {}
    # By age: work that was begun and waits again goes before work that was not.
    line = Task.objects.filter(status=Status.PENDING, pk__lte=max(queued)).order_by("pk")
    return {pk: place for place, pk in enumerate(line.values_list("pk", flat=True), start=1)}


def _answers(tasks: Iterable[Task]) -> dict[int, Event]:
    """The answer that each of these tasks got last."""
    closed = Question.objects.filter(task__in=list(tasks)).exclude(closed_at=None).order_by("closed_at", "pk")
    # Not the rows: a question may show much, a task may have had hundreds, and this is read at every look.
    steps = closed.values_list("task_id", "session_id", "step")
    last = {task_id: (session_id, step) for task_id, session_id, step in steps}
    if not last:
        return {}
    sessions, shown_at = zip(*last.values(), strict=True)
    told = Event.objects.filter(kind="answered", session__in=sessions, step__in=shown_at)
    by_step = {(event.session_id, event.step): event for event in told}
    return {pk: by_step[key] for pk, key in last.items() if key in by_step}


def _news(answer: Event | None, session: Session) -> Event | None:
    is_news = answer and session.steps - answer.payload.get("at_step", 0) < NEWS_FOR_STEPS
    return answer if is_news else None


def answer_to(question: Question) -> Event | None:
    """Who answered it and what; None when it was closed without an answer."""
    return Event.objects.filter(session=question.session_id, step=question.step, kind="answered").first()


def _by_session(kept: Iterable[Kept]) -> dict[int, list[Kept]]:
    found: dict[int, list[Kept]] = {}
    for one in kept:
        found.setdefault(one.session_id, []).append(one)
    return found


def counts_by_status(sessions: models.QuerySet[Session]) -> dict[str, int]:
    counted = sessions.order_by().values_list("latest_task__status").annotate(models.Count("pk"))
    return {status: count for status, count in counted if status}


def mark_all_reviewed(space: Space) -> None:
    """Somebody has looked at everything that ended in this space."""
    ended = Q(latest_task__status__in=sorted(OVER))
    unseen = Q(reviewed_at=None) | Q(reviewed_at__lt=F("latest_task__ended_at"))
    keys = list(Session.objects.filter(ended & unseen, space=space).values_list("pk", flat=True))
    Session.objects.filter(pk__in=keys).update(reviewed_at=timezone.now())
    for key in keys:
        bell.ring(key)


def agents_of(space_id: int) -> models.QuerySet[Agent]:
    """The agents of a space, each with the most urgent status among its sessions as `urgent`, or "".

    What a worker holds that is gone does not run.
    """
    sessions = Session.objects.filter(agent=OuterRef("pk"))
    held = Attempt.objects.filter(
        task=OuterRef("latest_task"), ended_at=None, leased_until__gte=timezone.now()
    )
    runs = sessions.filter(_at(Status.IN_PROGRESS), Exists(held))
    urgent = Case(
        When(Exists(sessions.filter(_at(Status.WAITING_FOR_INPUT))), then=Value(Status.WAITING_FOR_INPUT)),
        When(Exists(runs), then=Value(Status.IN_PROGRESS)),
        default=Value(""),
    )
    return Agent.objects.filter(space=space_id).annotate(urgent=urgent)


def waiting_in(space_id: int) -> models.QuerySet[Session]:
    return Session.objects.filter(_at(Status.WAITING_FOR_INPUT), space=space_id)


def _at(status: Status) -> Q:
    return Q(latest_task__status=status)
