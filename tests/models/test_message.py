from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from sessions_app.models import Message, MessageRefused, Session, Status, Task, User
from sessions_app.models.attempt import claim
from sessions_app.models.conversation import say
from sessions_app.models.message import read_messages
from sessions_app.runners.recall import recall
from tests.conftest import SessionMaker


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    return make_session(status=Status.IN_PROGRESS)


@pytest.fixture
def task(session: Session) -> Task:
    return Task.objects.select_related("session").get(session=session)


@pytest.fixture
def message(session: Session, bob: User) -> Message:
    sent = say(session, "Use green.", by=bob)
    assert isinstance(sent, Message)
    return sent


def test_the_agent_reads_what_a_message_was_edited_to(message: Message, task: Task, bob: User) -> None:
    message.edit("Use blue.", by=bob)
    assert [read.text for read in read_messages(task, fence=task.fence)] == ["Use blue."]
    assert [getattr(entry, "text", "") for entry in recall(task.session)] == [task.instruction, "Use blue."]
    edited = task.session.events.get(kind="message_edited")
    assert (edited.step, edited.payload["text"], edited.payload["by_name"]) == (
        message.step,
        "Use blue.",
        "Bob",
    )


def test_the_same_words_again_are_no_edit(message: Message, bob: User) -> None:
    message.edit("Use green.", by=bob)
    assert message.edited_at is None
    assert not message.session.events.filter(kind="message_edited").exists()


def test_what_was_taken_back_is_never_read(message: Message, task: Task, bob: User) -> None:
    message.withdraw(by=bob)
    assert read_messages(task, fence=task.fence) == []
    task.move("cancel", {"by_name": "Bob"})
    following = say(task.session, "Go on.", by=bob)
    assert isinstance(following, Task) and claim(following, worker="w")
    assert read_messages(following, fence=following.fence) == []


def changes_of(message: Message, by: User) -> list[Callable[[], None]]:
    return [partial(message.edit, "Use blue.", by=by), partial(message.withdraw, by=by)]


def test_what_was_read_cannot_be_changed_any_more(message: Message, task: Task, bob: User) -> None:
    read_messages(task, fence=task.fence)
    for change in changes_of(message, bob):
        with pytest.raises(MessageRefused, match=r"^It was read at step 2 already\.$"):
            change()
    assert Message.objects.get().text == "Use green."


def test_what_was_taken_back_stays_so(message: Message, bob: User) -> None:
    message.withdraw(by=bob)
    for change in changes_of(message, bob):
        with pytest.raises(MessageRefused, match="taken back already"):
            change()
    assert message.session.events.filter(kind="message_withdrawn").count() == 1


def test_an_admin_may_change_what_others_sent_and_a_member_may_not(
    session: Session, message: Message, alice: User, bob: User
) -> None:
    hers = say(session, "Use red.", by=alice)
    assert isinstance(hers, Message)
    with pytest.raises(
        MessageRefused, match=r"^Alice wrote this\. Only its writer or an admin can change it\.$"
    ):
        hers.withdraw(by=bob)
    message.withdraw(by=alice)
    assert list(Message.objects.unread()) == [hers]
