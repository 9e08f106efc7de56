from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.models import AnsweredAlready, Question, Session, Status, User
from sessions_app.runners.due import fall_due
from tests.conftest import CHOICES, SessionMaker, let_ask


@pytest.fixture
def with_deadline(make_session: SessionMaker) -> Session:
    """A session that waits for an answer, or goes on in half an hour."""
    return let_ask(
        make_session(status=Status.IN_PROGRESS),
        "Which units?",
        kind="choose_one",
        choices=CHOICES,
        deadline_minutes=30,
        default="Back up, then drop",
    )


def let_time_pass(session: Session) -> None:
    session.questions.update(deadline_at=timezone.now() - timedelta(seconds=1))


def test_before_its_deadline_a_question_waits(with_deadline: Session) -> None:
    fall_due()
    asked = with_deadline.questions.get()
    assert asked.is_open
    assert asked.deadline_at and asked.deadline_at - asked.asked_at == timedelta(minutes=30)


def test_at_its_deadline_the_default_is_the_answer_and_the_task_goes_on(with_deadline: Session) -> None:
    let_time_pass(with_deadline)
    fall_due()
    asked = with_deadline.questions.get()
    assert asked.answer.startswith("Back up, then drop\n\n(Nobody answered in time.")
    with_deadline.refresh_from_db()
    assert with_deadline.latest_task and with_deadline.latest_task.status == Status.PENDING
    told = with_deadline.events.get(kind="answered").payload
    assert (told["text"], told["by_deadline"]) == ("Back up, then drop", True)


def test_a_deadline_is_kept_once(with_deadline: Session) -> None:
    let_time_pass(with_deadline)
    fall_due()
    fall_due()
    assert with_deadline.events.filter(kind="answered").count() == 1


def test_a_person_who_was_first_is_not_overruled(with_deadline: Session, bob: User) -> None:
    late = Question.objects.select_related("session", "task__session").get(session=with_deadline)
    with_deadline.questions.get().give_answer([1], "", by=bob)
    with pytest.raises(AnsweredAlready):
        late.answer_by_deadline()
    let_time_pass(with_deadline)
    fall_due()
    assert with_deadline.questions.get().answer == "Drop it"


def test_a_person_who_comes_after_the_deadline_is_told_so(with_deadline: Session, bob: User) -> None:
    late = with_deadline.questions.get()
    let_time_pass(with_deadline)
    fall_due()
    with pytest.raises(AnsweredAlready, match="The deadline was before you"):
        late.give_answer([1], "", by=bob)


def test_a_stopped_task_has_no_deadline_any_more(with_deadline: Session, bob: User) -> None:
    let_time_pass(with_deadline)
    assert with_deadline.latest_task
    with_deadline.latest_task.ask_to_stop(by=bob)
    fall_due()
    assert not with_deadline.events.filter(kind="answered").exists()
