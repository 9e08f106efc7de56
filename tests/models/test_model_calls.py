from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from sessions_app.models import ModelCall, Session, SpendingMonth, Status, Task
from sessions_app.models.model_call import Usage, month_of, record_call, this_month
from sessions_app.models.overview import rows_of
from sessions_app.models.spending import Spent, runs_of, spent, usd
from tests.conftest import SessionMaker


def call(session: Session, cost: str | None, **usage: int | None) -> ModelCall:
    task = session.latest_task
    assert task
    taken = Usage(
        input_tokens=usage.get("input_tokens", 1_000),
        output_tokens=usage.get("output_tokens", 50),
        cache_read_tokens=usage.get("cache_read_tokens") or 0,
        cost_usd=None if cost is None else Decimal(cost),
    )
    with session.writing() as held:
        return record_call(held, task, taken, seconds=1.5)


def test_a_call_is_added_to_its_task_its_session_and_its_month(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    for cost in ("0.40", "0.02", "0.00000012"):
        call(session, cost)
    task = Task.objects.get(session=session)
    assert (task.spent_usd, task.unpriced) == (Decimal("0.42000012"), 0)
    assert rows_of([session])[0].spent.words == "$0.42"
    assert this_month(session.space_id).spent_usd == Decimal("0.42000012")
    assert spent(ModelCall.objects.filter(session=session)).usd == task.spent_usd


def test_each_run_of_a_session_has_its_own_sum(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    call(session, "0.10", cache_read_tokens=900)
    ((task, sums),) = runs_of(session)
    assert (task.number, sums.input_tokens, sums.output_tokens, sums.cached_percent) == (1, 1_000, 50, 90)


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ((), ""),
        (("0", "0"), ""),
        (("0.42",), "$0.42"),
        (("0.001",), "under $0.01"),
        (("1204",), "$1,204.00"),
        (("0.42", None), "at least $0.42"),
        ((None, None), "cost unknown"),
        ((None, "0"), "cost unknown"),
    ],
)
def test_what_was_spent_is_never_said_better_than_it_is_known(
    costs: tuple[str | None, ...], words: str, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    for cost in costs:
        call(session, cost)
    assert rows_of([session])[0].spent.words == words
    assert spent(ModelCall.objects.filter(session=session)).words == words


def test_tokens_that_a_server_did_not_tell_are_not_counted_as_none(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    call(session, None, input_tokens=None, output_tokens=None)
    sums = spent(ModelCall.objects.all())
    assert (sums.calls, sums.untold, sums.input_tokens) == (1, 1, 0)


def test_a_month_ends_at_midnight_of_utc(make_session: SessionMaker) -> None:
    assert month_of(datetime.fromisoformat("2026-12-01T01:00:00+02:00")).isoformat() == "2026-11-01"
    session = make_session(status=Status.IN_PROGRESS)
    SpendingMonth.objects.create(space=session.space, month="2020-01-01", spent_usd=Decimal(5))
    call(session, "0.25")
    assert this_month(session.space_id).spent_usd == Decimal("0.25")
    assert this_month(session.space_id).month == timezone.now().astimezone(UTC).date().replace(day=1)


def test_sums_are_added_up() -> None:
    both = Spent(calls=1, usd=Decimal("0.4"), input_tokens=3) + Spent(
        calls=2, usd=Decimal("0.02"), unpriced=1
    )
    assert (both.calls, both.words, both.input_tokens) == (3, "at least $0.42", 3)


def test_amounts_are_short() -> None:
    assert [usd(Decimal(amount)) for amount in ("0", "0.0099", "0.01", "12.5")] == [
        "$0.00", "under $0.01", "$0.01", "$12.50",
    ]  # fmt: skip
