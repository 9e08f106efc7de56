"""What people decide while a worker holds a task: noticed at each step, by one query.

Nearly every look finds nothing new. So it is put into SQL once, and the rows themselves are read only where
it finds something else than the last time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery

from sessions_app.agents.policy import Policy
from sessions_app.models import Connection, Grant, Message, Space, Task
from sessions_app.models.task import DECIDED

from .connections import changed_at
from .permissions import policy_of

# Model, effort, and when the connection to it was changed: the next step uses another key or address at once.
Thought: TypeAlias = tuple[str, str, datetime | None]


@dataclass(frozen=True)
class Situation:
    """As things stand. `has_unread`: messages wait for the agent; `is_limited`: its time or money are."""

    policy: Policy
    thinks_with: Thought
    has_unread: bool
    is_limited: bool


class Situations:
    """Those of one task, one after another. Its own fields are brought up to date along with them."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._statement: tuple[str, tuple[Any, ...]] | None = None
        self._found: tuple[Any, ...] = ()
        self._last: Situation | None = None

    def now(self) -> Situation:
        # Found first, and read then: what is decided in between is found again the next time.
        found = self._look()
        if self._last is None or found != self._found:
            self._found, self._last = found, _read(self._task)
        return self._last

    def _look(self) -> tuple[Any, ...]:
        if self._statement is None:
            self._statement = _decided(self._task).query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(*self._statement)
            row: tuple[Any, ...] = cursor.fetchone()
        return row


def _decided(task: Task) -> QuerySet[Task, tuple[Any, ...]]:
    """One row, which is another one as soon as somebody decides something about this task."""
    connections = Connection.objects.filter(space=task.session.space_id)
    grants = Grant.objects.ever_of(task.session)
    return Task.objects.filter(pk=task.pk).values_list(
        *DECIDED,
        "session__agent__ask_before",
        "session__agent__network",
        "session__space__monthly_budget_usd",
        Exists(Message.objects.unread().filter(session=OuterRef("session"))),
        _latest(connections, "changed_at"),
        _latest(grants, "pk"),
        _latest(grants, "taken_back_at"),
    )


def _latest(rows: QuerySet[Model], field: str) -> Subquery:
    return Subquery(rows.filter(**{f"{field}__isnull": False}).order_by(f"-{field}").values(field)[:1])


def _read(task: Task) -> Situation:
    task.look_again()
    session = task.session
    budget = Space.objects.values_list("monthly_budget_usd", flat=True).get(pk=session.space_id)
    limits = (task.budget_usd, task.max_duration_seconds, budget)
    return Situation(
        policy=policy_of(task),
        thinks_with=(task.model, task.effort, changed_at(task.model, session.space_id)),
        has_unread=Message.objects.unread().filter(session=session).exists(),
        is_limited=any(limit is not None for limit in limits),
    )
