from __future__ import annotations

import uuid

import pytest

from sessions_app.computers.base import WORKSPACE, WRITE_LIMIT_BYTES
from sessions_app.models import (
    AnsweredAlready,
    GivenFile,
    Question,
    Session,
    Status,
    User,
    given_file,
    question,
)
from sessions_app.models.given_file import Kept, give, safe_name
from tests.conftest import SessionMaker

TABLE = Kept("orders.csv", "ab" * 32, 2048)


def ask(session: Session, call_id: str = "c") -> Question:
    task = session.latest_task
    assert task
    with session.writing() as held:
        asked = question.ask(held, task, "The table, please.", kind="file", call_id=call_id, accept=".csv")
    return Question.objects.select_related("session", "task").get(pk=asked.pk)


@pytest.fixture
def asked(make_session: SessionMaker) -> Question:
    session = make_session(status=Status.IN_PROGRESS)
    asked = ask(session)
    asked.task.move("wait")
    return Question.objects.select_related("session", "task").get(pk=asked.pk)


def test_the_agent_reads_where_the_file_lies_and_the_transcript_names_it(asked: Question, bob: User) -> None:
    give(asked, TABLE, "Only this year.", by=bob)
    assert asked.answer == (
        "You were given orders.csv, 2,048 bytes. It lies at /workspace/given/orders.csv.\n\nOnly this year."
    )
    told = asked.session.events.get(kind="answered").payload
    assert (told["text"], told["file_name"], told["file_bytes"]) == (
        "orders.csv\n\nOnly this year.", "orders.csv", 2048,
    )  # fmt: skip
    asked.task.refresh_from_db()
    assert asked.task.status == Status.PENDING


def test_a_form_that_is_sent_twice_at_once_gives_one_file(asked: Question, bob: User) -> None:
    read_before = Question.objects.select_related("session", "task").get(pk=asked.pk)
    key = uuid.uuid4()
    give(asked, TABLE, by=bob, key=key)
    give(read_before, TABLE, by=bob, key=key)
    assert GivenFile.objects.count() == 1


def test_what_a_computer_takes_is_what_a_person_may_give() -> None:
    assert given_file.LIMIT_BYTES == WRITE_LIMIT_BYTES
    assert GivenFile(name="a.txt").path == "given/a.txt"
    assert WORKSPACE == "/workspace"


def test_two_files_of_one_name_lie_side_by_side(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    for number, name in enumerate(("a.csv", "A.csv", "a.csv", "a")):
        give(ask(session, f"c{number}"), Kept(name, "ab" * 32, 1), by=bob)
    assert [given.name for given in GivenFile.objects.all()] == ["a.csv", "A-2.csv", "a-3.csv", "a"]


def test_who_comes_second_gives_nothing(asked: Question, alice: User, bob: User) -> None:
    late = Question.objects.select_related("session", "task").get(pk=asked.pk)
    asked.give_answer([], "There is none.", by=alice)
    with pytest.raises(AnsweredAlready, match="Alice"):
        give(late, TABLE, by=bob)
    assert not GivenFile.objects.exists()


def test_the_same_form_twice_gives_one_file(asked: Question, bob: User) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        give(asked, TABLE, by=bob, key=key)
    assert GivenFile.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Größe übersicht (2).xlsx", "Größe übersicht (2).xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("..", "file"),
        ("", "file"),
        (".env", "env"),
        ("-rf", "_-rf"),
        ("a\n$(reboot)`id`;'\".sh", "a__(reboot)_id____.sh"),
        ("in\u202evoice\x00.gpj", "in_voice_.gpj"),
        ("हिन्दी.txt", "हिन्दी.txt"),
    ],
)
def test_a_name_is_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


@pytest.mark.parametrize("name", ["x" * 500 + ".tar", "ü" * 300, "a." + "b" * 300, ".." * 200 + "/" * 9])
def test_a_long_name_is_cut_and_keeps_its_ending(name: str) -> None:
    assert 0 < len(safe_name(name).encode()) <= given_file.NAME_BYTES
    assert safe_name("x" * 500 + ".tar").endswith("x.tar")
