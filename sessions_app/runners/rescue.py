from __future__ import annotations

from django.utils import timezone

from sessions_app.models import Status, Task, attempt

from .apart import apart


def recover_all() -> None:
    """Give every task under way back to the queue. Only where no worker can be alive."""
    for task in Task.objects.filter(status=Status.IN_PROGRESS).select_related("session"):
        with apart(task):
            attempt.recover(task, reason="The server was restarted.")


def recover_silent() -> None:
    """Give the tasks back whose worker has not renewed its lease: it is gone, or could not even write so."""
    silent = Task.objects.filter(
        status=Status.IN_PROGRESS, attempts__ended_at=None, attempts__leased_until__lt=timezone.now()
    )
    for task in silent.select_related("session"):
        with apart(task):
            attempt.recover_silent(task)
