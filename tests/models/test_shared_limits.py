from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sessions_app.models import (
    AnswerRefused,
    Limit,
    Space,
    SpendingMonth,
    Status,
    Task,
    User,
    at_limit,
    budget,
)
from sessions_app.models.attempt import worked_seconds
from sessions_app.models.model_call import this_month
from tests.conftest import SessionMaker
from tests.models.test_at_limit import ALLOW, at, spend


@pytest.fixture
def poor(space: Space) -> Space:
    space.monthly_budget_usd = Decimal(2)
    space.save(update_fields=["monthly_budget_usd"])
    return space


def test_only_an_admin_raises_what_the_space_may_spend(
    poor: Space, make_session: SessionMaker, alice: User, bob: User
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    assert budget.used_up(spend(session, "2.40"), before_call=True) is Limit.SPACE_BUDGET
    asked = at(session, Limit.SPACE_BUDGET)
    month = f"{timezone.now():%B}"
    assert asked.text.startswith(f"The budget of Harbour for {month} is spent: $2.40 of $2.00.")
    with pytest.raises(AnswerRefused, match="Only an admin"):
        at_limit.decide(asked, ALLOW, "", by=bob)
    at_limit.decide(asked, ALLOW, "", by=alice)
    assert this_month(poor.pk).raised_usd == Decimal("5.40")
    assert not budget.is_spent(poor.pk)
    assert Space.objects.get().monthly_budget_usd == Decimal(2), "for this month alone"


def test_the_others_go_on_once_the_space_has_room_again(
    poor: Space, make_session: SessionMaker, alice: User
) -> None:
    first, second, other = (make_session(status=Status.IN_PROGRESS) for _ in range(3))
    spend(first, "2.00")
    asked = at(first, Limit.SPACE_BUDGET)
    at(second, Limit.SPACE_BUDGET)
    at(other, Limit.STEPS)
    at_limit.go_on_where_there_is_room()
    assert Task.objects.get(session=second).status == Status.WAITING_FOR_INPUT
    at_limit.decide(asked, ALLOW, "", by=alice)
    at_limit.go_on_where_there_is_room()
    assert Task.objects.get(session=second).status == Status.PENDING
    assert second.events.get(kind="answered").payload["by_budget"]
    assert Task.objects.get(session=other).status == Status.WAITING_FOR_INPUT


def test_a_new_month_begins_with_all_of_the_budget(poor: Space, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    spend(session, "2.00")
    at(session, Limit.SPACE_BUDGET)
    SpendingMonth.objects.update(month="2020-01-01")
    at_limit.go_on_where_there_is_room()
    assert Task.objects.get(session=session).status == Status.PENDING


def test_only_work_counts_as_time(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    task, now = Task.objects.get(session=session), timezone.now()
    hour = timedelta(hours=1)
    first = task.attempts.get()
    first.started_at, first.ended_at, first.leased_until = now - 9 * hour, now - 8 * hour, now - 7 * hour
    first.save()
    # Its server was gone for five hours, in which nobody worked.
    task.attempts.create(
        fence=9, worker="gone", started_at=now - 7 * hour, leased_until=now - 6 * hour, ended_at=now - hour
    )
    assert round(worked_seconds(task)) == 7_200
    Task.objects.filter(pk=task.pk).update(max_duration_seconds=7_200)
    task.refresh_from_db()
    assert budget.used_up(task, before_call=False) is Limit.TIME
    asked = at(session, Limit.TIME)
    assert asked.text == "This task has worked for 2 h, as long as it may."
    at_limit.decide(asked, ALLOW, "", by=bob)
    assert Task.objects.get(session=session).max_duration_seconds == 14_400
