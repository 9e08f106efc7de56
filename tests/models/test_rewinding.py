from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

from sessions_app.models import Event, Session, Status, Task, User
from sessions_app.models.attempt import claim, recover
from sessions_app.models.conversation import say
from sessions_app.models.rewinding import CannotGoBack, fork, go_again, joint, remembered
from sessions_app.runners.recall import FORKED, WENT_BACK, recall
from tests.conftest import SessionMaker


def task_of(session: Session) -> Task:
    return Task.objects.select_related("session").filter(session=session).latest("number")


def acted(session: Session, name: str) -> Event:
    """One answer of the model that says something and calls a tool, with its result; the step of the call."""
    task = task_of(session)
    part = {"part_kind": "tool-call", "tool_name": "bash", "tool_call_id": name, "args": "{}"}
    response: dict[str, Any] = {"kind": "response", "parts": [part]}
    session.append("said", {"text": f"Now {name}."}, task=task)
    session.append("model_responded", {"response": response}, task=task)
    step = session.append("command_started", {"call_id": name, "command": name, "boot": "b"}, task=task)
    session.append("command_ended", {"call_id": name, "exit_code": 0}, task=task, step=step.seq)
    session.append("returned", {"call_id": name, "tool": "bash", "text": f"{name} ran"}, task=task)
    return step


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    """One instruction and two commands, done."""
    session = make_session("Build it.", status=Status.IN_PROGRESS)
    acted(session, "first")
    acted(session, "second")
    task_of(session).move("complete", {})
    return session


def known(session: Session) -> list[str]:
    """What the agent remembers, in words: texts of people, and results."""
    return [text for entry in recall(session) if (text := getattr(entry, "text", ""))]


def step_of(session: Session, command: str) -> int:
    return session.events.get(kind="command_started", payload__command=command).seq


def test_going_back_to_a_step_forgets_it_and_what_came_after(session: Session, bob: User) -> None:
    assert known(session) == ["Build it.", "first ran", "second ran"]
    go_again(session, step_of(session, "second"), "Use make.", by=bob, key=uuid.uuid4())
    assert known(session) == ["Build it.", "first ran", WENT_BACK, "Use make."]
    task = task_of(session)
    assert (task.number, task.status, task.instruction) == (2, Status.PENDING, "Use make.")
    back = session.events.get(kind="rewound").payload
    assert back == {"to": joint(session, step_of(session, "second")), "step": 5, "by_name": "Bob"}
    assert session.events.filter(kind="returned").count() == 2, "the transcript keeps everything"


def test_what_was_said_with_a_call_is_forgotten_with_it(session: Session) -> None:
    said = session.events.get(kind="said", payload__text="Now second.").seq
    assert joint(session, step_of(session, "second")) == joint(session, said) == said


def test_the_last_instruction_is_edited_and_all_is_done_again(session: Session, bob: User) -> None:
    instructed = session.events.get(kind="instructed").seq
    go_again(session, instructed, "Build it in green.", by=bob, key=uuid.uuid4())
    assert known(session) == [WENT_BACK, "Build it in green."]


def test_without_words_the_same_is_tried_again(session: Session, bob: User) -> None:
    go_again(session, step_of(session, "first"), "", by=bob, key=uuid.uuid4())
    assert known(session) == ["Build it.", WENT_BACK, "Try again from here."]


def test_a_form_sent_twice_goes_back_once(session: Session, bob: User) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        go_again(session, step_of(session, "first"), "", by=bob, key=key)
    assert session.tasks.count() == 2


def test_a_task_under_way_is_stopped_first_and_its_end_begins_the_new_one(
    make_session: SessionMaker, bob: User
) -> None:
    session = make_session("Build it.", status=Status.IN_PROGRESS)
    step = acted(session, "first")
    key = uuid.uuid4()
    for _ in range(2):
        go_again(session, step.seq, "Otherwise.", by=bob, key=key)
    task = task_of(session)
    assert (task.number, task.status, task.stop_asked_by) == (1, Status.IN_PROGRESS, bob)
    assert not session.events.filter(kind="rewound").exists()


def test_where_its_worker_is_gone_the_new_one_begins_all_the_same(
    make_session: SessionMaker, bob: User
) -> None:
    session = make_session("Build it.", status=Status.IN_PROGRESS)
    step = acted(session, "first")
    go_again(session, step.seq, "Otherwise.", by=bob, key=uuid.uuid4())
    recover(task_of(session), reason="The server was restarted.")
    assert [task.status for task in session.tasks.all()] == [Status.CANCELLED, Status.PENDING]
    assert known(session) == ["Build it.", WENT_BACK, "Otherwise."]


def test_a_new_run_may_take_what_the_agent_may_whatever_was_allowed_once(session: Session, bob: User) -> None:
    agent = session.agent
    agent.max_steps, agent.budget_usd = 7, Decimal(2)
    agent.save()
    task_of(session).session.tasks.update(max_steps=900, budget_usd=Decimal(50))
    go_again(session, step_of(session, "second"), "", by=bob, key=uuid.uuid4())
    forked = fork(session, step_of(session, "second"), "", by=bob, key=uuid.uuid4())
    for task in (task_of(session), task_of(forked)):
        assert (task.max_steps, task.budget_usd) == (7, Decimal(2))


@pytest.mark.parametrize("status", [Status.PENDING, Status.PAUSED, Status.WAITING_FOR_INPUT])
def test_what_no_worker_holds_goes_back_at_once(
    status: Status, make_session: SessionMaker, bob: User
) -> None:
    session = make_session("Build it.", status=status)
    go_again(session, 1, "Build a boat.", by=bob, key=uuid.uuid4())
    assert [task.status for task in session.tasks.all()] == [Status.CANCELLED, Status.PENDING]
    assert known(session) == [WENT_BACK, "Build a boat."]
    assert not session.questions.open().exists()


def test_a_step_that_was_gone_back_on_is_a_place_to_go_back_to_all_the_same(
    session: Session, bob: User
) -> None:
    go_again(session, step_of(session, "first"), "Another way.", by=bob, key=uuid.uuid4())
    task = task_of(session)
    assert claim(task, worker="w")
    acted(session, "third")
    task.move("complete", {})
    go_again(session, step_of(session, "second"), "The old way.", by=bob, key=uuid.uuid4())
    assert known(session) == ["Build it.", "first ran", WENT_BACK, "The old way."]


def test_what_is_no_step_of_the_agent_is_refused(session: Session, bob: User) -> None:
    end = session.events.get(kind="completed").seq
    for seq in (end, session.last_seq + 50):
        with pytest.raises(CannotGoBack):
            go_again(session, seq, "", by=bob, key=uuid.uuid4())
    assert session.tasks.count() == 1


def test_a_fork_remembers_what_came_before_it_and_leaves_its_parent_alone(
    session: Session, bob: User
) -> None:
    before = known(session)
    key = uuid.uuid4()
    forked, again = (
        fork(session, step_of(session, "second"), "Use make.", by=bob, key=key) for _ in range(2)
    )
    assert forked == again
    assert known(forked) == ["Build it.", "first ran", FORKED, "Use make."]
    assert (forked.title, forked.agent, forked.created_by) == ("Build it (fork)", session.agent, bob)
    assert known(session) == before
    say(session, "And paint it.", by=bob)
    assert "And paint it." not in known(forked)


def test_a_fork_without_words_gets_the_same_instruction(session: Session, bob: User) -> None:
    forked = fork(session, step_of(session, "second"), "", by=bob, key=uuid.uuid4())
    assert task_of(forked).instruction == "Build it."
    told = forked.events.get(kind="forked").payload
    assert (told["session"], told["step"], told["title"]) == (session.pk, 5, "Build it")


def test_a_fork_of_a_fork_remembers_both_and_what_was_gone_back_on_stays_forgotten(
    session: Session, bob: User
) -> None:
    go_again(session, step_of(session, "second"), "Use make.", by=bob, key=uuid.uuid4())
    task_of(session).move("cancel", {})
    child = fork(
        session,
        session.events.filter(kind="instructed").latest("seq").seq,
        "Use ninja.",
        by=bob,
        key=uuid.uuid4(),
    )
    grandchild = fork(child, child.events.get(kind="instructed").seq, "Use scons.", by=bob, key=uuid.uuid4())
    assert known(child) == ["Build it.", "first ran", WENT_BACK, FORKED, "Use ninja."]
    assert known(grandchild) == ["Build it.", "first ran", WENT_BACK, FORKED, FORKED, "Use scons."]


def test_what_counts_is_told_by_ranges(session: Session, bob: User) -> None:
    (all_of_it,) = remembered(session)
    assert all_of_it.start == 0
    go_again(session, 1, "Once more.", by=bob, key=uuid.uuid4())
    nothing, since = remembered(session)
    assert list(nothing) == [0]
    assert since.start == session.events.get(kind="rewound").seq


def test_stopping_while_it_stops_to_go_again_ends_it_for_good(
    make_session: SessionMaker, alice: User, bob: User
) -> None:
    session = make_session("Build it.", status=Status.IN_PROGRESS)
    step = acted(session, "first")
    go_again(session, step.seq, "Otherwise.", by=bob, key=uuid.uuid4())
    task_of(session).ask_to_stop(by=alice)
    recover(task_of(session), reason="The server was restarted.")
    assert [task.status for task in session.tasks.all()] == [Status.CANCELLED]
    assert session.events.get(kind="cancelled").payload["by_name"] == "Alice"


def test_a_second_wish_to_go_again_does_not_replace_the_words_of_the_first(
    make_session: SessionMaker, alice: User, bob: User
) -> None:
    session = make_session("Build it.", status=Status.IN_PROGRESS)
    step = acted(session, "first")
    go_again(session, step.seq, "Otherwise.", by=bob, key=uuid.uuid4())
    with pytest.raises(CannotGoBack, match="It goes again already"):
        go_again(session, step.seq, "My way.", by=alice, key=uuid.uuid4())
    recover(task_of(session), reason="The server was restarted.")
    assert task_of(session).instruction == "Otherwise."


def test_going_again_from_what_is_being_stopped_goes_again_once_it_has_stopped(
    make_session: SessionMaker, bob: User
) -> None:
    session = make_session("Build it.", status=Status.IN_PROGRESS)
    step = acted(session, "first")
    task_of(session).ask_to_stop(by=bob)
    go_again(session, step.seq, "Otherwise.", by=bob, key=uuid.uuid4())
    recover(task_of(session), reason="The server was restarted.")
    assert task_of(session).instruction == "Otherwise."
