"""Whether a task may go on: its time, its budget, and that of its space."""

from __future__ import annotations

from .attempt import worked_seconds
from .limit import Limit
from .model_call import this_month
from .space import Space
from .task import Task


def used_up(task: Task, *, before_call: bool) -> Limit | None:
    """What a task has no more of, its steps left out: time, and before a call to its model money."""
    seconds = seconds_left(task)
    if seconds is not None and seconds <= 0:
        return Limit.TIME
    if not before_call:
        return None
    if task.budget_usd is not None:
        task.look_again()
        if task.spent_usd >= task.budget_usd:
            return Limit.BUDGET
    return Limit.SPACE_BUDGET if is_spent(task.session.space_id) else None


def seconds_left(task: Task) -> float | None:
    """Of the time that it may work; None where nothing limits it."""
    if task.max_duration_seconds is None:
        return None
    return task.max_duration_seconds - worked_seconds(task)


def is_spent(space_id: int) -> bool:
    """Whether the space has spent its budget for this month."""
    budget = Space.objects.values_list("monthly_budget_usd", flat=True).get(pk=space_id)
    if budget is None:
        return False
    month = this_month(space_id)
    return month.spent_usd >= budget + month.raised_usd
