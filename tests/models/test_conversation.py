from __future__ import annotations

import uuid

import pytest

from sessions_app.models import (
    Agent,
    AnsweredAlready,
    AnswerRefused,
    Message,
    MoveLost,
    Question,
    Session,
    Status,
    Task,
    User,
    conversation,
)
from sessions_app.models.attempt import claim
from sessions_app.models.conversation import TextRefused, open_session, say
from sessions_app.models.message import read_messages
from tests.conftest import SessionMaker


def test_a_form_sent_twice_begins_one_session(agent: Agent, alice: User) -> None:
    key = uuid.uuid4()
    first = open_session(agent, "Build it.", by=alice, key=key)
    second = open_session(agent, "Build it.", by=alice, key=key)
    assert first == second
    assert Task.objects.count() == 1


def test_an_empty_or_endless_text_is_refused_in_words(agent: Agent, alice: User) -> None:
    with pytest.raises(TextRefused, match="Write what you want first"):
        open_session(agent, " \n ", by=alice)
    with pytest.raises(TextRefused, match=r"100,000 characters\. The limit is 50,000"):
        open_session(agent, "a" * 100_000, by=alice)
    assert not Session.objects.exists()


def test_a_follow_up_is_a_new_task_of_the_same_session(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.COMPLETED)
    task = say(session, "Make it shorter.", by=bob, effort="high")
    assert isinstance(task, Task)
    session.refresh_from_db()
    assert (task.number, task.status, task.effort, session.latest_task) == (2, "pending", "high", task)


def test_words_to_a_task_under_way_wait_until_they_are_read(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    key = uuid.uuid4()
    sent, again = (say(session, "Use green.", by=bob, key=key) for _ in range(2))
    assert isinstance(sent, Message) and sent == again
    task = session.latest_task
    assert task
    assert [message.text for message in read_messages(task, fence=task.fence)] == ["Use green."]
    assert read_messages(task, fence=task.fence) == []
    assert session.events.get(kind="message_read").step == sent.step


def test_what_a_stopped_task_left_unread_is_read_by_the_next(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    say(session, "Use green.", by=bob)
    task = session.latest_task
    assert task
    task.move("cancel", {"by_name": "Bob"})
    following = say(session, "Go on.", by=bob)
    assert isinstance(following, Task) and claim(following, worker="w")
    assert [message.text for message in read_messages(following, fence=following.fence)] == ["Use green."]


def test_words_answer_the_open_question_and_the_task_goes_on(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    answered = say(session, "Copy it first, please.", by=bob)
    assert isinstance(answered, Question)
    assert answered.answer == "Copy it first, please."
    session.refresh_from_db()
    assert session.latest_task and session.latest_task.status == Status.PENDING
    event = session.events.get(kind="answered")
    assert (event.step, event.payload["by_name"]) == (answered.step, bob.shown_name)


def test_of_two_answers_the_first_counts_and_the_second_is_told(
    make_session: SessionMaker, alice: User, bob: User
) -> None:
    question = make_session(status=Status.WAITING_FOR_INPUT).questions.get()
    same = Question.objects.get(pk=question.pk)
    question.give_answer([0], "", by=alice)
    with pytest.raises(AnsweredAlready, match="Alice answered before you"):
        same.give_answer([1], "", by=bob)
    assert Question.objects.get(pk=question.pk).answer == "Back up, then drop"


@pytest.mark.parametrize(("chosen", "note"), [([], "  "), ([7], ""), ([0, 1], "")])
def test_an_answer_that_does_not_fit_is_refused(
    make_session: SessionMaker, alice: User, chosen: list[int], note: str
) -> None:
    question = make_session(status=Status.WAITING_FOR_INPUT).questions.get()
    with pytest.raises(AnswerRefused):
        question.give_answer(chosen, note, by=alice)
    question.refresh_from_db()
    assert question.is_open


def test_stopping_a_task_that_waits_closes_its_question(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    task = session.latest_task
    assert task
    task.ask_to_stop(by=bob)
    assert (task.status, session.questions.open().count()) == (Status.CANCELLED, 0)
    assert session.events.filter(kind="withdrawn").count() == 1


def test_stopping_a_task_under_way_is_asked_of_its_worker(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    task = session.latest_task
    assert task
    task.ask_to_stop(by=bob)
    task.ask_to_stop(by=bob)
    assert (task.status, task.stop_asked_by) == (Status.IN_PROGRESS, bob)
    assert session.events.filter(kind="stop_asked").count() == 1


def test_a_question_of_a_tool_cannot_be_brushed_aside(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    assert session.latest_task
    with pytest.raises(MoveLost):
        conversation.mark_done(session.latest_task, by=bob)


def test_what_a_worker_holds_is_not_marked_done_behind_its_back(
    make_session: SessionMaker, bob: User
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    assert session.latest_task
    with pytest.raises(MoveLost):
        conversation.mark_done(session.latest_task, by=bob)
    session.latest_task.look_again()
    assert session.latest_task.status == Status.IN_PROGRESS


def test_a_form_that_answered_a_question_and_is_sent_again_says_nothing_more(
    make_session: SessionMaker, bob: User
) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    key = uuid.uuid4()
    first, again = (say(session, "Copy it first.", by=bob, key=key) for _ in range(2))
    assert first == again
    assert not Message.objects.exists()
    assert Task.objects.count() == 1


def test_an_endless_answer_is_kept_whole_and_shown_in_part(make_session: SessionMaker, bob: User) -> None:
    question = make_session(status=Status.WAITING_FOR_INPUT).questions.get()
    question.give_answer([0], '"\n' * 2_400, by=bob)
    event = question.session.events.get(kind="answered")
    assert event.payload["cut"]
    assert question.answer.endswith('"')


def test_an_effort_that_the_model_does_not_have_is_not_claimed(agent: Agent, alice: User) -> None:
    known, unknown = (open_session(agent, "Build it.", by=alice, effort=word) for word in ("high", "heroic"))
    assert known.latest_task and unknown.latest_task
    assert (known.latest_task.effort, unknown.latest_task.effort) == ("high", "")
