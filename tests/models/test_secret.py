from __future__ import annotations

import uuid
from typing import Any

import pytest
from pytest_django import Settings

from sessions_app.models import (
    AnsweredAlready,
    AnswerRefused,
    Question,
    Secret,
    Session,
    Status,
    User,
)
from sessions_app.models.secret import give, secrets_of
from tests.conftest import SessionMaker, let_ask

VALUE = "ghp_0123456789"


@pytest.fixture
def asked(make_session: SessionMaker) -> Question:
    session = make_session(status=Status.IN_PROGRESS)
    let_ask(session, "A token, please.", kind="secret", secret_name="GITHUB_TOKEN")
    return Question.objects.select_related("session", "task").get(session=session)


def everything_written(session: Session) -> str:
    rows: list[Any] = [*session.events.values_list("payload", flat=True)]
    rows += Question.objects.filter(session=session).values_list("answer", "text")
    return f"{rows} {list(Secret.objects.values_list('sealed', 'name'))}"


def test_a_secret_is_sealed_and_the_agent_is_told_its_name_alone(asked: Question, bob: User) -> None:
    give(asked, f"  {VALUE}\n", "Only for reading.", by=bob)
    assert secrets_of(asked.session) == {"GITHUB_TOKEN": VALUE}
    assert asked.answer.startswith("$GITHUB_TOKEN is set for your commands")
    assert asked.answer.endswith("\n\nOnly for reading.")
    assert VALUE not in everything_written(asked.session)
    told = asked.session.events.get(kind="answered").payload
    assert (told["text"], told["by_name"]) == ("$GITHUB_TOKEN, stored encrypted.\n\nOnly for reading.", "Bob")
    asked.task.refresh_from_db()
    assert asked.task.status == Status.PENDING


@pytest.mark.parametrize(
    ("value", "note", "why"),
    [
        ("abc", "", "at least 4 characters"),
        ("   a   ", "", "at least 4 characters"),
        ("with\x00nul", "", "at least 4 characters"),
        ("x" * 20_001, "", "too long"),
        (VALUE, f"It is {VALUE}.", "The note has the secret in it"),
    ],
)
def test_a_secret_that_could_not_be_kept_is_refused(
    asked: Question, bob: User, value: str, note: str, why: str
) -> None:
    with pytest.raises(AnswerRefused, match=why):
        give(asked, value, note, by=bob)
    asked.refresh_from_db()
    assert asked.is_open
    assert not Secret.objects.exists()


def test_who_comes_second_stores_nothing(asked: Question, alice: User, bob: User) -> None:
    late = Question.objects.select_related("session", "task").get(pk=asked.pk)
    asked.give_answer([], "I have none.", by=alice)
    with pytest.raises(AnsweredAlready, match="Alice"):
        give(late, VALUE, by=bob)
    assert not Secret.objects.exists()


def test_the_same_form_twice_gives_it_once(asked: Question, bob: User) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        give(asked, VALUE, by=bob, key=key)
    assert asked.session.events.filter(kind="answered").count() == 1


def test_a_removed_secret_is_gone_and_told_of(asked: Question, bob: User) -> None:
    give(asked, VALUE, by=bob)
    secret = Secret.objects.get()
    secret.remove(by=bob)
    secret.remove(by=bob)
    assert secrets_of(asked.session) == {}
    told = asked.session.events.get(kind="secret_removed")
    assert told.payload == {"name": "GITHUB_TOKEN", "by_name": "Bob"}


def test_what_another_key_sealed_is_as_if_it_had_not_been_given(
    asked: Question, bob: User, settings: Settings
) -> None:
    give(asked, VALUE, by=bob)
    settings.SECRET_KEY = "another"
    assert secrets_of(asked.session) == {}
