"""What falls due by itself, looked at every two seconds.

What fell due while no server ran is found at the next start.
"""

from __future__ import annotations

from django.utils import timezone

from sessions_app.models import LIVE, Question, Status, Task, at_limit, takeover

from .apart import apart


def fall_due() -> list[int]:
    """The tasks whose time has run out while a worker holds them: it has to end them."""
    _answer_by_deadline()
    _hand_back_by_silence()
    at_limit.go_on_where_there_is_room()
    return _expire()


def _expire() -> list[int]:
    over = Task.objects.filter(status__in=sorted(LIVE), expires_at__lte=timezone.now())
    held = []
    for task in over.select_related("session").order_by("pk"):
        with apart(task), task.session.writing():
            task.look_again()
            if task.status == Status.IN_PROGRESS:
                held.append(task.pk)
            else:
                task.move("expire", {"after": task.lifetime})
    return held


def _hand_back_by_silence() -> None:
    """Nobody keeps an agent from its computer by leaving."""
    for taken in takeover.left_alone():
        with apart(taken):
            takeover.give_back(taken, by=taken.by, why="Nothing was touched for ten minutes.")


def _answer_by_deadline() -> None:
    """Each question that nobody answered in time gets the default that it stated."""
    late = Question.objects.open().filter(deadline_at__lte=timezone.now()).order_by("deadline_at", "pk")
    for question in late.select_related("session", "task__session"):
        with apart(question):
            question.answer_by_deadline()
