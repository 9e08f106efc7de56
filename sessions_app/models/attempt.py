from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone

from . import rewinding
from .lifecycle import MoveLost, Status
from .task import Task
from .user import name_of

LEASE = timedelta(seconds=30)


class Attempt(models.Model):
    """One worker's hold on a task: a lease that it renews, and a fence that outdates every earlier hold."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="attempts")
    fence = models.PositiveIntegerField()
    worker = models.CharField(max_length=80)
    started_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["task_id", "fence"]
        constraints = [models.UniqueConstraint(fields=["task", "fence"], name="one_attempt_for_a_fence")]

    def __str__(self) -> str:
        return f"attempt {self.fence} at {self.task_id} by {self.worker}"

    def renew(self) -> bool:
        """Hold on for another half minute. False when somebody else holds the task by now."""
        held = Task.objects.filter(pk=self.task_id, fence=self.fence, status=Status.IN_PROGRESS)
        rows = Attempt.objects.filter(pk=self.pk, task__in=held)
        return bool(rows.update(leased_until=timezone.now() + LEASE))

    @property
    def seconds(self) -> float:
        """How long it has worked. One that is gone worked no longer than its lease."""
        ended = min(self.ended_at or timezone.now(), self.leased_until)
        return max((ended - self.started_at).total_seconds(), 0.0)

    def end(self, ending: str) -> None:
        Attempt.objects.filter(pk=self.pk).update(ended_at=timezone.now(), ending=ending[:40])


def claim(task: Task, *, worker: str) -> Attempt | None:
    """Take a pending task. None when another worker was quicker, or it is not pending any more."""
    try:
        with task.session.writing():
            task.move(
                "start", {"attempt": task.fence + 1, "worker": worker}, changes={"fence": F("fence") + 1}
            )
            return Attempt.objects.create(
                task=task, fence=task.fence, worker=worker, leased_until=timezone.now() + LEASE
            )
    except MoveLost:
        return None


def leases_of(tasks: Iterable[Task]) -> dict[int, datetime]:
    """Until when the worker of each task has promised to be heard from; not of tasks that nobody holds."""
    held = [task.pk for task in tasks if task.status == Status.IN_PROGRESS]
    leases = Attempt.objects.filter(task__in=held, ended_at=None) if held else Attempt.objects.none()
    return dict(leases.values_list("task_id", "leased_until"))


def recover(task: Task, *, reason: str) -> None:
    """Take a task from a worker that is gone, and say so. Raises MoveLost and Fenced as `let_go` does."""
    with task.session.writing() as session:
        let_go(task, reason=reason)
        if task.status == Status.PENDING:
            session.append("recovered", {"reason": reason}, task=task)


def recover_silent(task: Task) -> None:
    """The same of a worker whose lease ran out. Raises MoveLost too where it has been heard from in time."""
    with task.session.writing():
        if task.attempts.filter(ended_at=None, leased_until__gte=timezone.now()).exists():
            raise MoveLost("be taken from its worker", Status.IN_PROGRESS)
        recover(task, reason="Its worker did not answer any more.")


def worked_seconds(task: Task) -> float:
    """The time that workers spent on a task; that in which it waited is not in it."""
    return sum(attempt.seconds for attempt in task.attempts.all())


def let_go(task: Task, *, reason: str) -> None:
    """Give a task back to the queue whose worker is gone or stops. The fence shuts the old worker out.

    One that was asked to stop or to pause does so instead: it stands between two steps, or is found there.
    Raises MoveLost when nobody holds it, and Fenced when another worker took it after `task` was read.
    """
    fence = task.fence
    with task.session.writing():
        task.look_again()
        shut_out = {"fence": F("fence") + 1}
        if task.stop_asked_at:
            who = task.stop_asked_by
            told = {"by_name": name_of(who)}
            task.move("cancel", told, by=who, fence=fence, changes=shut_out)
        elif task.pause_asked_at:
            who = task.pause_asked_by
            told = {"reason": reason, "by_name": name_of(who)}
            task.move("pause", told, by=who, fence=fence, changes=shut_out)
        else:
            task.move("park", {"reason": reason}, fence=fence, changes=shut_out)
        task.attempts.filter(ended_at=None).update(ended_at=timezone.now(), ending="let go")
        if task.is_over:
            rewinding.begin_rerun(task)
