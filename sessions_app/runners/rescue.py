from __future__ import annotations

from django.utils import timezone

from sessions_app.models import Fenced, MoveLost, Status, Task, attempt


def recover_all() -> None:
    """Give every task under way back to the queue. Only where no worker can be alive."""
    running = Task.objects.filter(status=Status.IN_PROGRESS)
    _recover(list(running.select_related("session")), reason="The server was restarted.")


def recover_silent() -> None:
    """Give the tasks back whose worker has not renewed its lease: it is gone, or could not even write so."""
    silent = Task.objects.filter(
        status=Status.IN_PROGRESS, attempts__ended_at=None, attempts__leased_until__lt=timezone.now()
    )
    _recover(list(silent.select_related("session")), reason="Its worker did not answer any more.")


def _recover(tasks: list[Task], *, reason: str) -> None:
    for task in tasks:
        with task.session.writing() as session:
            try:
                attempt.let_go(task, reason=reason)
            except (MoveLost, Fenced):
                continue
            if task.status == Status.PENDING:
                session.append("recovered", {"reason": reason}, task=task)
