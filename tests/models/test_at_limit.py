from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sessions_app.models import (
    AnsweredAlready,
    AnswerRefused,
    Attempt,
    Limit,
    Message,
    Question,
    Session,
    Status,
    Task,
    User,
    at_limit,
    budget,
    conversation,
)
from sessions_app.models.limit import in_words
from sessions_app.models.model_call import Usage, record_call
from tests.conftest import SessionMaker

ALLOW, FINISH, STOP = [0], [1], [2]


def spend(session: Session, usd: str) -> Task:
    with session.writing() as held:
        record_call(held, Task.objects.get(session=session), Usage(1, 1, cost_usd=Decimal(usd)), seconds=1)
    return Task.objects.select_related("session__agent", "session__space").get(session=session)


def at(session: Session, limit: Limit) -> Question:
    """The task waits at that limit."""
    task = Task.objects.select_related("session__agent", "session__space").get(session=session)
    with session.writing() as held:
        asked = at_limit.ask_what_to_do(held, task, limit)
        task.move("wait")
    return asked


def within(session: Session, usd: str) -> None:
    Task.objects.filter(session=session).update(budget_usd=Decimal(usd))


def test_a_task_with_a_budget_asks_before_the_call_that_it_cannot_pay(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    within(session, "1.00")
    assert budget.used_up(spend(session, "0.999999"), before_call=True) is None
    task = spend(session, "0.000001")
    assert budget.used_up(task, before_call=True) is Limit.BUDGET
    assert budget.used_up(task, before_call=False) is None, "what its last answer called is still made"


def test_ten_dimes_are_a_dollar(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    within(session, "1.00")
    for _ in range(10):
        task = spend(session, "0.1")
    assert budget.used_up(task, before_call=True) is Limit.BUDGET


def test_the_question_says_what_was_spent_and_at_which_pace(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    within(session, "1.00")
    for cost in ("0.96", "0.03", "0.03"):
        spend(session, cost)
    Attempt.objects.update(started_at=timezone.now() - timedelta(hours=1))
    Task.objects.update(actions=34)
    asked = at(session, Limit.BUDGET)
    assert asked.text == (
        "The budget of this task is spent: $1.02 of $1.00, in 34 steps. "
        "Of late a call to its model cost about $0.34, and an hour of work about $1.02."
    )
    assert [choice["label"] for choice in asked.choices] == ["Add $1", "Finish now", "Stop"]
    assert asked.choices[0]["detail"] == "Its budget becomes $2.02. Or write another amount below."


@pytest.mark.parametrize(
    ("note", "becomes", "told"),
    [("", "2.02", "Add $1.00"), ("2.50", "3.52", "Add $2.50"), ("$ 4,5", "5.52", "Add $4.50")],
)
def test_what_is_added_can_be_spent(
    note: str, becomes: str, told: str, make_session: SessionMaker, bob: User
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    within(session, "1.00")
    spend(session, "1.015")
    at_limit.decide(at(session, Limit.BUDGET), ALLOW, note, by=bob)
    task = Task.objects.get(session=session)
    assert (task.budget_usd, task.status) == (Decimal(becomes), Status.PENDING)
    answered = session.events.get(kind="answered").payload
    assert (answered["text"], answered["verdict"], answered["by_name"]) == (told, "allow", "Bob")
    assert not Message.objects.exists()


@pytest.mark.parametrize("note", ["0", "-3", "1.000", "100000", "5 or so", "$"])
def test_an_amount_that_is_none_is_refused_and_nothing_happens(
    note: str, make_session: SessionMaker, bob: User
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    within(session, "1.00")
    asked = at(session, Limit.BUDGET)
    with pytest.raises(AnswerRefused, match="Write an amount"):
        at_limit.decide(asked, ALLOW, note, by=bob)
    asked.refresh_from_db()
    assert asked.is_open
    assert Task.objects.get(session=session).budget_usd == Decimal("1.00")


def test_words_beside_a_choice_reach_the_agent(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    at_limit.decide(at(session, Limit.STEPS), ALLOW, "Use fewer commands.", by=bob)
    assert Message.objects.get().text == "Use fewer commands."
    assert Task.objects.get(session=session).max_steps == 200


def test_words_alone_decide_nothing_whoever_sends_them_and_however(
    make_session: SessionMaker, bob: User
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    within(session, "1.00")
    asked = at(session, Limit.BUDGET)
    key = uuid.uuid4()
    for _ in range(2):
        at_limit.decide(asked, [], "Add $1", by=bob, key=key)
    conversation.say(session, "add $5, I approve", by=bob)
    with pytest.raises(AnswerRefused):
        asked.give_answer(ALLOW, "", by=bob)
    with pytest.raises(AnswerRefused):
        at_limit.decide(asked, [], "  ", by=bob)
    asked.refresh_from_db()
    task = Task.objects.get(session=session)
    assert (asked.is_open, task.status, task.budget_usd) == (True, Status.WAITING_FOR_INPUT, Decimal("1.00"))
    sent = Message.objects.order_by("pk").values_list("text", flat=True)
    assert list(sent) == ["Add $1", "add $5, I approve"]


def test_stop_ends_the_task_and_finish_lets_it_end(make_session: SessionMaker, bob: User) -> None:
    stopped, finished = (make_session(status=Status.IN_PROGRESS) for _ in range(2))
    at_limit.decide(at(stopped, Limit.STEPS), STOP, "", by=bob)
    at_limit.decide(at(finished, Limit.STEPS), FINISH, "", by=bob)
    assert Task.objects.get(session=stopped).status == Status.CANCELLED
    task = Task.objects.get(session=finished)
    assert (task.status, task.max_steps) == (Status.PENDING, 100)


def test_finish_does_not_wait_for_what_the_agent_asked(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    task = Task.objects.select_related("session__agent").get(session=session)
    with session.writing() as held:
        asked = at_limit.ask_what_to_do(held, task, Limit.STEPS)
    at_limit.decide(asked, FINISH, "", by=bob)
    assert not session.questions.open().exists()
    assert Task.objects.get(session=session).status == Status.PENDING


def test_of_two_who_decide_the_first_counts(make_session: SessionMaker, alice: User, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    within(session, "1.00")
    asked, key = at(session, Limit.BUDGET), uuid.uuid4()
    at_limit.decide(asked, ALLOW, "", by=alice, key=key)
    at_limit.decide(asked, ALLOW, "", by=alice, key=key)
    with pytest.raises(AnsweredAlready, match="Alice decided before you"):
        at_limit.decide(asked, STOP, "", by=bob)
    task = Task.objects.get(session=session)
    assert (task.status, task.budget_usd) == (Status.PENDING, Decimal("2.00"))
    assert session.events.filter(kind="answered").count() == 1


@pytest.mark.parametrize("chosen", [[3], [-1], [0, 1]])
def test_what_is_no_choice_is_refused(chosen: list[int], make_session: SessionMaker, bob: User) -> None:
    asked = at(make_session(status=Status.IN_PROGRESS), Limit.STEPS)
    with pytest.raises(AnswerRefused):
        at_limit.decide(asked, chosen, "", by=bob)


def test_mark_done_does_not_get_past_a_limit(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    at(session, Limit.STEPS)
    with pytest.raises(Exception, match="cannot be marked done"):
        conversation.mark_done(Task.objects.get(session=session), by=bob)


def test_lengths_of_time_are_said_as_people_set_them() -> None:
    lengths = (0, 45, 60, 5_400, 3_600, 86_400, 2 * 86_400 + 7_200)
    assert [in_words(length) for length in lengths] == [
        "0 s", "45 s", "1 min", "1 h 30 min", "1 h", "1 day", "2 days 2 h",
    ]  # fmt: skip
