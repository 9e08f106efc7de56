"""What a space spent in a month: by day, by agent, by session. Days are those of the reader's time zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from .agent import Agent
from .model_call import ModelCall
from .session import Session
from .spending import Spent, spent_by

TOP_SESSIONS = 10
Of = TypeVar("Of")


@dataclass(frozen=True)
class Part(Generic[Of]):
    """What one day, agent or session took. `percent` is measured by the largest beside it."""

    of: Of
    spent: Spent
    percent: int

    @property
    def top(self) -> int:
        """Where its bar begins, from above."""
        return 100 - self.percent


@dataclass(frozen=True)
class Report:
    month: date  # its first day
    total: Spent
    days: Sequence[Part[date]]
    agents: Sequence[Part[Agent]]
    sessions: Sequence[Part[Session]]  # those that cost most

    @property
    def before(self) -> date:
        return (self.month - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date | None:
        """The month that follows, unless it has not begun."""
        following = next_month(self.month)
        return following if following <= timezone.localdate() else None


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def calls_in(space_id: int, month: date) -> QuerySet[ModelCall]:
    """The calls of a month, each with its `day` in the time zone at hand."""
    zone = timezone.get_current_timezone()
    begins, ends = (datetime(one.year, one.month, 1, tzinfo=zone) for one in (month, next_month(month)))
    found = ModelCall.objects.filter(space=space_id, at__gte=begins, at__lt=ends)
    return found.annotate(day=TruncDate("at", tzinfo=zone))


def report(space_id: int, month: date) -> Report:
    calls = calls_in(space_id, month)
    by_day = {day: spent for (day,), spent in spent_by(calls, "day").items()}
    by_agent = {key: spent for (key,), spent in spent_by(calls, "agent").items()}
    by_session = {key: spent for (key,), spent in spent_by(calls, "session").items()}
    most = dict(sorted(by_session.items(), key=lambda item: _weight(item[1]), reverse=True)[:TOP_SESSIONS])
    return Report(
        month,
        total=sum(by_day.values(), Spent()),
        days=_parts({day: by_day.get(day, Spent()) for day in _days(month)}),
        agents=_largest_first(Agent.objects.in_bulk(by_agent), by_agent),
        sessions=_largest_first(Session.objects.select_related("agent").in_bulk(most), most),
    )


def lines(space_id: int, month: date) -> dict[tuple[Any, ...], Spent]:
    """For a spreadsheet: by day, agent, session, title and model."""
    keys = ("day", "agent__name", "session", "session__title", "model")
    return spent_by(calls_in(space_id, month), *keys)


def _days(month: date) -> list[date]:
    last = min(next_month(month) - timedelta(days=1), max(timezone.localdate(), month))
    return [month + timedelta(days=n) for n in range((last - month).days + 1)]


def _weight(spent: Spent) -> tuple[Any, ...]:
    """By money; among what costs nothing, or nobody knows what, by tokens."""
    return spent.usd, spent.input_tokens + spent.output_tokens, spent.calls


def _largest_first(rows: Mapping[int, Of], found: Mapping[int, Spent]) -> list[Part[Of]]:
    ordered = sorted(found, key=lambda key: _weight(found[key]), reverse=True)
    return _parts({rows[key]: found[key] for key in ordered if key in rows})


def _parts(found: Mapping[Of, Spent]) -> list[Part[Of]]:
    most = max((spent.usd for spent in found.values()), default=0)
    return [Part(of, spent, round(100 * spent.usd / most) if most else 0) for of, spent in found.items()]
