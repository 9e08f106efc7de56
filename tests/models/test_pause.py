from __future__ import annotations

import pytest

from sessions_app.models import MoveLost, Session, Status, Task, User
from sessions_app.models.attempt import claim, let_go
from sessions_app.runners import rescue
from tests.conftest import SessionMaker


def task_of(session: Session) -> Task:
    return Task.objects.select_related("session").filter(session=session).latest("number")


def test_what_waits_in_the_queue_is_paused_at_once(make_session: SessionMaker, bob: User) -> None:
    session = make_session()
    task_of(session).ask_to_pause(by=bob)
    task = task_of(session)
    assert task.status == Status.PAUSED
    assert claim(task, worker="w") is None
    assert session.events.get(kind="paused").payload == {"by_name": "Bob"}


def test_a_worker_is_asked_once_and_the_task_runs_on_meanwhile(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    for _ in range(2):
        task_of(session).ask_to_pause(by=bob)
    task = task_of(session)
    assert (task.status, task.pause_asked_by) == (Status.IN_PROGRESS, bob)
    assert session.events.filter(kind="pause_asked").count() == 1


def test_who_thinks_better_of_it_keeps_the_task_going(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    task_of(session).ask_to_pause(by=bob)
    task_of(session).resume(by=bob)
    task = task_of(session)
    assert (task.status, task.pause_asked_at) == (Status.IN_PROGRESS, None)
    assert session.events.latest("seq").kind == "pause_withdrawn"


def test_a_paused_task_goes_on_in_the_queue(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.PAUSED)
    task_of(session).resume(by=bob)
    assert task_of(session).status == Status.PENDING
    assert session.events.latest("seq").payload == {"by_name": "Bob"}


def test_a_paused_task_is_stopped_at_once(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.PAUSED)
    task_of(session).ask_to_stop(by=bob)
    assert task_of(session).status == Status.CANCELLED


@pytest.mark.parametrize("status", [Status.WAITING_FOR_INPUT, Status.COMPLETED, Status.CANCELLED])
def test_what_holds_no_worker_is_neither_paused_nor_resumed(
    status: Status, make_session: SessionMaker, bob: User
) -> None:
    session = make_session(status=status)
    before = session.last_seq
    task_of(session).ask_to_pause(by=bob)
    task_of(session).resume(by=bob)
    session.refresh_from_db()
    assert (task_of(session).status, session.last_seq) == (status, before)


def test_a_task_that_was_asked_to_stop_is_not_asked_to_pause(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    task_of(session).ask_to_stop(by=bob)
    task_of(session).ask_to_pause(by=bob)
    assert task_of(session).pause_asked_at is None


def test_the_wish_to_pause_survives_the_worker_that_was_to_obey_it(
    make_session: SessionMaker, bob: User
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    task_of(session).ask_to_pause(by=bob)
    rescue.recover_all()
    task = task_of(session)
    assert (task.status, task.pause_asked_at) == (Status.PAUSED, None)
    paused = session.events.get(kind="paused")
    assert (paused.payload, paused.by) == ({"by_name": "Bob", "reason": "The server was restarted."}, bob)
    assert not session.events.filter(kind="recovered").exists()
    assert not task.attempts.filter(ended_at=None).exists()


def test_a_wish_to_stop_goes_before_one_to_pause(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    task_of(session).ask_to_pause(by=bob)
    task_of(session).ask_to_stop(by=bob)
    let_go(task_of(session), reason="The server was stopped.")
    assert task_of(session).status == Status.CANCELLED, "it waits for no worker to stop it"


def test_an_ending_that_comes_first_drops_the_wish(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    task_of(session).ask_to_pause(by=bob)
    task_of(session).move("wait")
    assert task_of(session).pause_asked_at is None
    with pytest.raises(MoveLost):
        task_of(session).move("pause")
