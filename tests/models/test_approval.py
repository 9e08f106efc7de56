from __future__ import annotations

import pytest

from sessions_app.models import (
    AnsweredAlready,
    AnswerRefused,
    Grant,
    Question,
    Session,
    Status,
    User,
    approval,
)
from sessions_app.models.approval import Decision, NeedRow
from sessions_app.models.conversation import mark_done, say
from sessions_app.models.lifecycle import MoveLost
from sessions_app.models.message import Message
from tests.conftest import SessionMaker

ORIGIN: NeedRow = {"rule": "git_push", "subject": "origin"}


def asked(session: Session, *needs: NeedRow, text: str = "git push origin main") -> Question:
    task = session.latest_task
    assert task
    with session.writing() as held:
        question = approval.ask(held, task, call_id="call_1", needs=needs or [ORIGIN], text=text)
        task.move("wait")
    return Question.objects.select_related("session__agent", "task__session").get(pk=question.pk)


@pytest.fixture
def question(make_session: SessionMaker) -> Question:
    return asked(make_session(status=Status.IN_PROGRESS))


def test_an_allowed_call_lets_the_task_go_on_and_the_transcript_tells_who_allowed_it(
    question: Question, bob: User
) -> None:
    approval.decide(question, Decision.ONCE, by=bob)
    question.task.look_again()
    assert question.task.status == Status.PENDING
    decided = question.session.events.get(kind="decided")
    assert (decided.step, decided.by) == (question.step, bob)
    assert decided.payload["allowed"] is True
    assert (decided.payload["by_name"], decided.payload["how"]) == ("Bob", "once")
    assert not Grant.objects.exists(), "once is no grant"


def test_words_of_a_person_wait_beside_an_approval_and_never_decide_it(question: Question, bob: User) -> None:
    for words in ("I approve", "yes", "once", "Allow once"):
        assert isinstance(say(question.session, words, by=bob), Message)
        with pytest.raises(AnswerRefused, match="buttons"):
            question.give_answer([], words, by=bob)
    question.refresh_from_db()
    question.task.look_again()
    assert (question.is_open, question.task.status) == (True, Status.WAITING_FOR_INPUT)
    with pytest.raises(MoveLost):
        mark_done(question.task, by=bob)


def test_beside_an_approval_words_answer_the_question_that_was_asked_in_words(
    question: Question, bob: User
) -> None:
    from sessions_app.models import question as questions

    with question.session.writing() as held:
        other = questions.ask(held, question.task, "Which colour?", kind="text", call_id="call_2")
    assert say(question.session, "Green", by=bob) == other
    question.task.look_again()
    assert question.task.status == Status.WAITING_FOR_INPUT


def test_an_ordinary_question_cannot_be_decided(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    with pytest.raises(AnswerRefused):
        approval.decide(session.questions.get(), Decision.ONCE, by=bob)


def test_of_two_who_decide_the_first_counts_and_the_second_is_told(
    question: Question, alice: User, bob: User
) -> None:
    same = Question.objects.select_related("session__agent", "task__session").get(pk=question.pk)
    approval.decide(question, Decision.REFUSE, by=bob, reason="Not today.")
    approval.decide(question, Decision.REFUSE, by=bob, reason="Not today.")  # the very form, sent again
    with pytest.raises(AnsweredAlready, match="Bob decided before you"):
        approval.decide(same, Decision.AGENT, by=alice)
    assert not Grant.objects.exists()
    assert [event.payload["allowed"] for event in question.session.events.filter(kind="decided")] == [False]


def test_what_is_allowed_for_a_session_holds_there_and_nowhere_else(
    make_session: SessionMaker, bob: User
) -> None:
    here, elsewhere = make_session(status=Status.IN_PROGRESS), make_session()
    approval.decide(asked(here), Decision.SESSION, by=bob)
    assert [str(grant) for grant in Grant.objects.of_session(here)] == ["Git push to origin"]
    assert not Grant.objects.of_session(elsewhere).exists()


def test_what_is_allowed_for_an_agent_holds_in_all_its_sessions_until_it_is_taken_back(
    make_session: SessionMaker, alice: User
) -> None:
    here, elsewhere = make_session(status=Status.IN_PROGRESS), make_session()
    approval.decide(asked(here), Decision.AGENT, by=alice)
    (grant,) = Grant.objects.of_session(elsewhere)
    grant.take_back(by=alice)
    grant.take_back(by=alice)
    assert not Grant.objects.of_session(here).exists()
    grant.refresh_from_db()
    assert (grant.given_by, grant.taken_back_by) == (alice, alice)


def test_taking_back_what_held_for_a_session_is_told_there_once(question: Question, bob: User) -> None:
    approval.decide(question, Decision.SESSION, by=bob)
    for _ in range(2):
        Grant.objects.get().take_back(by=bob)
    (told,) = question.session.events.filter(kind="grant_taken_back")
    assert told.payload == {"covers": "Git push to origin", "by_name": "Bob"}


def test_a_call_that_nobody_can_say_more_about_is_allowed_once_or_not_at_all(
    make_session: SessionMaker, alice: User
) -> None:
    question = asked(make_session(status=Status.IN_PROGRESS), ORIGIN, {"rule": "git_push", "subject": ""})
    assert approval.covers(question) == []
    with pytest.raises(AnswerRefused, match="once only"):
        approval.decide(question, Decision.SESSION, by=alice)
    approval.decide(question, Decision.ONCE, by=alice)


def test_a_command_longer_than_an_event_is_kept_whole(make_session: SessionMaker) -> None:
    command = "echo " + "é\x07" * 40_000 + "; git push"
    question = asked(make_session(status=Status.IN_PROGRESS), text=command)
    assert question.approval["shown"] == command
    shown = question.session.events.get(kind="approval_asked").payload
    assert shown["cut"] and command.startswith(shown["shown"])


def test_a_task_that_is_stopped_can_be_allowed_nothing_more(question: Question, bob: User) -> None:
    question.task.ask_to_stop(by=bob)
    with pytest.raises(AnsweredAlready, match="closed"):
        approval.decide(question, Decision.ONCE, by=bob)
