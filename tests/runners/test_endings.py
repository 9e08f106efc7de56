from __future__ import annotations

from pathlib import Path

import pytest
from asgiref.sync import async_to_sync

from sessions_app.agents.endings import Answered
from sessions_app.artifacts.store import BlobStore, StoreFull
from sessions_app.models import Message, QuestionKind, Status, Task, User, conversation, question
from sessions_app.models.attempt import claim
from sessions_app.runners import endings
from sessions_app.runners.holding import Holding
from tests.conftest import SessionMaker


@pytest.fixture
def holding(make_session: SessionMaker, tmp_path: Path) -> Holding:
    """A task in the hands of a worker."""
    task = make_session().latest_task
    assert task
    attempt = claim(task, worker="test")
    assert attempt
    return Holding(task, attempt, BlobStore(tmp_path / "blobs"))


def test_a_task_that_was_asked_to_stop_does_not_wait_for_an_answer(holding: Holding, alice: User) -> None:
    with holding.session.writing() as session:
        question.ask(session, holding.task, "Which colour?", kind=QuestionKind.TEXT, call_id="call_1")
    holding.task.ask_to_stop(by=alice)
    assert not async_to_sync(endings.wait)(holding)
    assert holding.task.status == Status.IN_PROGRESS
    async_to_sync(endings.stop)(holding)
    assert (holding.task.status, holding.session.questions.open().count()) == (Status.CANCELLED, 0)


def test_a_task_that_was_asked_to_stop_does_not_ask_with_its_last_word(holding: Holding, alice: User) -> None:
    holding.task.ask_to_stop(by=alice)
    last_word = Answered("Shall I go on?", question="Shall I go on?")
    assert not async_to_sync(endings.answered)(holding, last_word)
    assert not holding.session.questions.exists()


def test_a_last_word_with_words_still_to_read_is_paused_when_somebody_asked_for_it(
    holding: Holding, alice: User
) -> None:
    holding.task.ask_to_pause(by=alice)
    sent = conversation.say(holding.session, "Use green.", by=alice)
    assert isinstance(sent, Message)
    assert async_to_sync(endings.answered)(holding, Answered("Done."))
    assert (holding.task.status, sent.read_at) == (Status.PAUSED, None)


def test_what_was_taken_back_keeps_no_task_from_ending(holding: Holding, alice: User) -> None:
    sent = conversation.say(holding.session, "Use green.", by=alice)
    assert isinstance(sent, Message)
    assert not async_to_sync(endings.answered)(holding, Answered("Done."))
    sent.withdraw(by=alice)
    assert async_to_sync(endings.answered)(holding, Answered("Done."))
    assert holding.task.status == Status.COMPLETED


def test_who_thinks_better_of_a_pause_before_it_comes_true_keeps_the_worker(
    holding: Holding, alice: User
) -> None:
    holding.task.ask_to_pause(by=alice)
    holding.task.resume(by=alice)
    assert not async_to_sync(endings.pause)(holding)
    assert holding.task.status == Status.IN_PROGRESS


def test_a_stopped_server_pauses_what_was_asked_to_pause(holding: Holding, alice: User) -> None:
    holding.task.ask_to_pause(by=alice)
    async_to_sync(endings.park)(holding, "The server was stopped.")
    assert Task.objects.get(pk=holding.task.pk).status == Status.PAUSED
    assert not holding.attempt.renew()


def test_a_full_disk_is_said_in_words(holding: Holding) -> None:
    full = StoreFull("The server's disk is full. Make room, then try again.")
    async_to_sync(endings.fail)(holding, full)
    holding.task.refresh_from_db()
    assert (holding.task.status, holding.task.failure) == (Status.FAILED, str(full))


def test_a_fault_whose_words_take_much_room_is_written_down_all_the_same(holding: Holding) -> None:
    async_to_sync(endings.fail)(holding, RuntimeError("\x1b" * 5000))
    failed = holding.session.events.get(kind="failed").payload
    assert failed["text"] == "Something broke on our side."
    assert failed["detail"].startswith("RuntimeError: \x1b")
