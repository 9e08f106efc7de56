"""What falls due by itself, looked at every two seconds.

What fell due while no server ran is found at the next start.
"""

from __future__ import annotations

from contextlib import suppress

from django.utils import timezone

from sessions_app.models import AnsweredAlready, Question


def fall_due() -> None:
    _answer_by_deadline()


def _answer_by_deadline() -> None:
    """Each question that nobody answered in time gets the default that it stated."""
    late = Question.objects.open().filter(deadline_at__lte=timezone.now()).order_by("deadline_at", "pk")
    for question in late.select_related("session", "task__session"):
        with suppress(AnsweredAlready):
            question.answer_by_deadline()
