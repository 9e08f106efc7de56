"""What a task has no more of, in words, and what more a person can allow."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from .agent import Agent
from .answer import AnswerRefused
from .attempt import worked_seconds
from .limit import Limit, in_words
from .model_call import cents, raise_this_month, this_month
from .question import ChoiceRow
from .spending import usd
from .task import Task
from .user import User

MORE_USD = Decimal(1)
MORE_FOR_SPACE_USD = Decimal(5)
OF_LATE = 5  # calls that tell what one costs
PACE_SECONDS = 60  # of work before a pace is told
_AMOUNT = re.compile(r"\$?\s*(\d{1,5}([.,]\d{1,2})?)", re.ASCII)


class Offer(NamedTuple):
    """What is used up, and the choice that allows more of it."""

    text: str
    choice: ChoiceRow


class Raised(NamedTuple):
    """What was allowed, for the transcript, and what the note says besides an amount."""

    told: str
    left: str


def choice(label: str, detail: str) -> ChoiceRow:
    return ChoiceRow(label=label, detail=detail, irreversible=False)


FINISH = choice("Finish now", "One more answer, without tools, that says how things stand.")
STOP = choice("Stop", "Files, commits and artifacts so far are kept.")


def offer(task: Task, limit: Limit) -> Offer:
    task = Task.objects.select_related("session__agent", "session__space").get(pk=task.pk)
    agent = task.session.agent
    match limit:
        case Limit.STEPS:
            text = f"This task has taken {_steps(task.actions)}, as many as it may."
            detail = f"It may then take {_more_steps(task, agent):,} in all."
            return Offer(text, choice(f"Allow {agent.max_steps:,} more", detail))
        case Limit.TIME:
            text = f"This task has worked for {in_words(worked_seconds(task))}, as long as it may."
            detail = f"It may then work for {in_words(_more_seconds(task, agent))} in all."
            return Offer(text, choice(f"Allow {in_words(_span(task, agent))} more", detail))
        case Limit.BUDGET:
            detail = f"Its budget becomes {usd(_more_budget(task, MORE_USD))}. Or write another amount below."
            return Offer(f"{_spent(task)} {_pace(task)}".strip(), choice(f"Add {_whole(MORE_USD)}", detail))
        case Limit.SPACE_BUDGET:
            month = this_month(task.session.space_id)
            becomes = usd(month.budget_with(MORE_FOR_SPACE_USD, task.session.space))
            detail = f"For this month the budget becomes {becomes}. Only an admin of the space can."
            label = f"Add {_whole(MORE_FOR_SPACE_USD)}"
            return Offer(f"{_spent_by_space(task)} {_pace(task)}".strip(), choice(label, detail))


def allow(task: Task, limit: Limit, note: str, *, by: User) -> Raised:
    """Raise a limit. A note that is an amount of money says by how much. Raises AnswerRefused.

    Called while the session's row is held.
    """
    agent, rows = task.session.agent, Task.objects.filter(pk=task.pk)
    match limit:
        case Limit.STEPS:
            rows.update(max_steps=_more_steps(task, agent))
            return Raised(f"Allow {agent.max_steps:,} more", note)
        case Limit.TIME:
            rows.update(max_duration_seconds=_more_seconds(task, agent))
            return Raised(f"Allow {in_words(_span(task, agent))} more", note)
        case Limit.BUDGET:
            amount = _amount(note)
            rows.update(budget_usd=_more_budget(task, amount or MORE_USD))
            return Raised(f"Add {usd(amount or MORE_USD)}", "" if amount else note)
        case Limit.SPACE_BUDGET:
            if not task.session.space.is_managed_by(by):
                raise AnswerRefused(
                    "Only an admin of the space can raise its budget. Ask one, or choose otherwise."
                )
            amount = _amount(note)
            raise_this_month(task.session.space, amount or MORE_FOR_SPACE_USD)
            return Raised(f"Add {usd(amount or MORE_FOR_SPACE_USD)}", "" if amount else note)


def _amount(note: str) -> Decimal | None:
    """None for words. Raises AnswerRefused for what begins like an amount and is none."""
    if not note or not (note[0].isdigit() or note[0] in "$+-.,"):
        return None
    found = _AMOUNT.fullmatch(note)
    amount = Decimal(found[1].replace(",", ".")) if found else Decimal(0)
    if not amount:
        raise AnswerRefused("Write an amount such as 2.50, at most 99,999, or leave the note empty.")
    return amount


def _steps(number: int) -> str:
    return f"{number:,} step" if number == 1 else f"{number:,} steps"


def _more_steps(task: Task, agent: Agent) -> int:
    return max(task.max_steps, task.actions) + agent.max_steps


def _span(task: Task, agent: Agent) -> int:
    return agent.max_duration_seconds or task.max_duration_seconds or 0


def _more_seconds(task: Task, agent: Agent) -> int:
    return max(task.max_duration_seconds or 0, round(worked_seconds(task))) + _span(task, agent)


def _more_budget(task: Task, amount: Decimal) -> Decimal:
    """From what is spent already, where that is more than the budget: what is added can then be spent."""
    return max(task.budget_usd or Decimal(0), cents(task.spent_usd)) + amount


def _whole(amount: Decimal) -> str:
    return f"${amount:,}"


def _spent(task: Task) -> str:
    spent, budget = usd(task.spent_usd), usd(task.budget_usd or Decimal(0))
    return f"The budget of this task is spent: {spent} of {budget}, in {_steps(task.actions)}."


def _spent_by_space(task: Task) -> str:
    space = task.session.space
    month = this_month(space.pk)
    budget = usd((space.monthly_budget_usd or Decimal(0)) + month.raised_usd)
    text = f"The budget of {space.name} for {month.month:%B} is spent: {usd(month.spent_usd)} of {budget}."
    return f"{text} This task took {usd(task.spent_usd)} of it."


def _pace(task: Task) -> str:
    """What going on would cost."""
    priced = task.calls.exclude(cost_usd=None).order_by("-pk")
    last = [call.cost_usd or Decimal(0) for call in priced[:OF_LATE]]
    if not any(last):
        return ""
    pace = f"Of late a call to its model cost about {usd(sum(last, Decimal(0)) / len(last))}"
    worked = worked_seconds(task)
    if worked >= PACE_SECONDS:
        pace += f", and an hour of work about {usd(task.spent_usd * 3600 / Decimal(worked))}"
    return f"{pace}."
