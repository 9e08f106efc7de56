"""What calls to models came to: by step, task, session, agent and day. Sums of rows, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from .model_call import ModelCall
from .session import Session
from .task import Task


@dataclass(frozen=True)
class Spent:
    """`unpriced` counts the calls whose price nobody knows: the money is then a lower bound."""

    calls: int = 0
    usd: Decimal = Decimal(0)
    unpriced: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    untold: int = 0  # calls of which the server did not say how many tokens they took

    def __add__(self, other: Spent) -> Spent:
        return Spent(**{name: value + getattr(other, name) for name, value in vars(self).items()})

    @property
    def words(self) -> str:
        """As short as it can be said and true; empty where nothing was to be paid."""
        if not self.unpriced:
            return usd(self.usd) if self.usd else ""
        return f"at least {usd(self.usd)}" if self.usd else "cost unknown"

    @property
    def cached_percent(self) -> int:
        return 100 * self.cache_read_tokens // self.input_tokens if self.input_tokens else 0


def usd(amount: Decimal) -> str:
    """An amount as people say it: $0.42, $1,204.00, under $0.01."""
    if 0 < amount < Decimal("0.01"):
        return "under $0.01"
    return f"${amount:,.2f}"


_SUMS = {
    "sum_calls": Count("pk"),
    "sum_usd": Sum("cost_usd"),
    "sum_unpriced": Count("pk", filter=Q(cost_usd=None)),
    "sum_input_tokens": Sum("input_tokens"),
    "sum_output_tokens": Sum("output_tokens"),
    "sum_cache_read_tokens": Sum("cache_read_tokens"),
    "sum_untold": Count("pk", filter=Q(input_tokens=None)),
}


def spent(calls: QuerySet[ModelCall]) -> Spent:
    return _read(calls.order_by().aggregate(**_SUMS))


def spent_by(calls: QuerySet[ModelCall], *keys: str) -> dict[tuple[Any, ...], Spent]:
    """What these calls came to for each combination of the keys, which are fields or annotations."""
    rows = calls.order_by(*keys).values(*keys).annotate(**_SUMS)
    return {tuple(row[key] for key in keys): _read(row) for row in rows}


def spent_of(session: Session) -> Spent:
    """The money of a session, from what its tasks have kept up."""
    sums = Task.objects.filter(session=session).order_by()
    return _read(sums.aggregate(sum_usd=Sum("spent_usd"), sum_unpriced=Sum("unpriced")))


def runs_of(session: Session) -> list[tuple[Task, Spent]]:
    """The tasks of a session, the newest first, each with what it took."""
    found = spent_by(ModelCall.objects.filter(session=session), "task")
    return [(task, found.get((task.pk,), Spent())) for task in session.tasks.order_by("-number")]


def _read(row: Mapping[str, Any]) -> Spent:
    return Spent(**{name.removeprefix("sum_"): row[name] for name in row if name in _SUMS and row[name]})


def of_call(call: ModelCall) -> Spent:
    return Spent(
        calls=1,
        usd=call.cost_usd or Decimal(0),
        unpriced=int(call.cost_usd is None),
        input_tokens=call.input_tokens or 0,
        output_tokens=call.output_tokens or 0,
        cache_read_tokens=call.cache_read_tokens,
        untold=int(call.input_tokens is None),
    )
