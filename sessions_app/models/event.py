from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .event_kinds import KINDS, STEP_KINDS


class EventQuerySet(models.QuerySet["Event"]):
    def after(self, seq: int) -> EventQuerySet:
        """What a reader who has seen `seq` has not seen yet, in order."""
        return self.filter(seq__gt=seq).order_by("seq")

    def openers(self) -> EventQuerySet:
        """The events that open a step."""
        return self.filter(kind__in=STEP_KINDS)


class Event(models.Model):
    """One immutable line of a session's transcript. Only `Session.append` creates one; nothing changes it."""

    session = models.ForeignKey("Session", models.CASCADE, related_name="events", db_index=False)
    task = models.ForeignKey("Task", models.CASCADE, null=True, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=30)
    step = models.PositiveBigIntegerField(null=True)  # the opener's seq, in events that follow it
    payload = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["session_id", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["session", "seq"], name="event_numbers_are_unique_in_a_session"),
            models.CheckConstraint(condition=models.Q(kind__in=sorted(KINDS)), name="event_kind_is_known"),
        ]
        indexes = [models.Index(fields=["session", "step"], name="event_by_step")]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.seq} {self.kind}"


class Tail(models.Model):
    """The live end of what is under way: a command's output, or the answer being thought of and written.

    It has no `seq`; it is overwritten at most ten times a second and goes in the transaction of the event
    that is whole. Losing it loses nothing.
    """

    TEXT_LIMIT = 16 * 1024
    THINKING, SAYING = "thinking", "saying"  # in place of a call id, for the two parts of an answer

    session = models.ForeignKey("Session", models.CASCADE, related_name="tails")
    task = models.ForeignKey("Task", models.CASCADE, related_name="tails")
    call_id = models.CharField(max_length=120)
    step = models.PositiveBigIntegerField(null=True)  # null: a text that has no step yet
    revision = models.PositiveIntegerField(default=1)
    text = models.TextField()
    began_at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(null=True)  # that a thought took, once it is over

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "call_id"], name="one_tail_for_a_call")]

    def __str__(self) -> str:
        return f"{self.call_id} at {self.revision}"
