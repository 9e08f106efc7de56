from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_UP, Decimal

from django.db import models
from django.db.models import F
from django.utils import timezone

from .agent import Agent
from .session import Session
from .space import Space
from .task import Task


@dataclass(frozen=True)
class Usage:
    """What a model server said that a call took. Cached and reasoning tokens are among the others.

    None: the server did not say, or nobody knows the price.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: Decimal | None = None

    def as_payload(self) -> dict[str, int | str | None]:
        """For the event of the answer."""
        told = vars(self)
        return told | {"cost_usd": None if self.cost_usd is None else str(self.cost_usd)}


class ModelCall(models.Model):
    """One answer of a model, and what it took. Written in the transaction of what the answer brought.

    A call that was cut off is not among them: its server may have billed it, and does not say.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="+", db_index=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="calls")
    task = models.ForeignKey(Task, models.CASCADE, related_name="calls")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    model = models.CharField(max_length=200)
    seq = models.PositiveBigIntegerField(null=True)  # of its event; null for one that brought none
    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(default=0)
    input_tokens = models.PositiveBigIntegerField(null=True)
    output_tokens = models.PositiveBigIntegerField(null=True)
    cache_read_tokens = models.PositiveBigIntegerField(default=0)
    cache_write_tokens = models.PositiveBigIntegerField(default=0)
    reasoning_tokens = models.PositiveBigIntegerField(default=0)
    cost_usd = models.DecimalField(null=True, max_digits=14, decimal_places=8)  # often less than a cent

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "seq"], condition=models.Q(seq__isnull=False), name="an_event_is_paid_once"
            ),
        ]
        indexes = [models.Index(fields=["space", "at"], name="calls_of_a_space")]

    def __str__(self) -> str:
        return f"{self.model} for {self.task_id}"


class SpendingMonth(models.Model):
    """What a space has spent in a calendar month of UTC, and what its budget was raised by for it alone.

    The sum of the calls, kept up by each of them: a budget is looked at before every call.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="months")
    month = models.DateField()  # its first day
    spent_usd = models.DecimalField(default=Decimal(0), max_digits=14, decimal_places=8)
    raised_usd = models.DecimalField(default=Decimal(0), max_digits=10, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "month"], name="a_space_has_a_month_once")]

    def __str__(self) -> str:
        return f"{self.month:%B %Y} of {self.space}"

    def budget_with(self, more_usd: Decimal, space: Space) -> Decimal:
        """The month's budget raised: what is added can be spent, however much was spent already."""
        budget = (space.monthly_budget_usd or Decimal(0)) + self.raised_usd
        return max(budget, cents(self.spent_usd)) + more_usd


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_UP)


def month_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date().replace(day=1)


def this_month(space_id: int) -> SpendingMonth:
    """The month at hand; not saved where nothing was spent in it yet."""
    month = month_of(timezone.now())
    found = SpendingMonth.objects.filter(space=space_id, month=month).first()
    return found or SpendingMonth(space_id=space_id, month=month)


def raise_this_month(space: Space, more_usd: Decimal) -> None:
    """Add to a space's budget for the month at hand alone. Called in a transaction."""
    month, _ = SpendingMonth.objects.get_or_create(space=space, month=month_of(timezone.now()))
    # Takes the row's lock, so that of two who raise it at once neither is lost.
    SpendingMonth.objects.filter(pk=month.pk).update(raised_usd=F("raised_usd"))
    month.refresh_from_db()
    raised = month.budget_with(more_usd, space) - (space.monthly_budget_usd or Decimal(0))
    SpendingMonth.objects.filter(pk=month.pk).update(raised_usd=raised)


def record_call(
    session: Session, task: Task, usage: Usage, *, seconds: float, seq: int | None = None
) -> ModelCall:
    """Write down what an answer took, and add it to its task and month. While the session's row is held."""
    call = ModelCall.objects.create(
        space_id=session.space_id,
        session=session,
        task=task,
        agent_id=session.agent_id,
        model=task.model,
        seq=seq,
        seconds=seconds,
        **vars(usage),
    )
    if usage.cost_usd is None:
        Task.objects.filter(pk=task.pk).update(unpriced=F("unpriced") + 1)
    elif usage.cost_usd:
        Task.objects.filter(pk=task.pk).update(spent_usd=F("spent_usd") + usage.cost_usd)
        month, _ = SpendingMonth.objects.get_or_create(space_id=session.space_id, month=month_of(call.at))
        SpendingMonth.objects.filter(pk=month.pk).update(spent_usd=F("spent_usd") + usage.cost_usd)
    return call
