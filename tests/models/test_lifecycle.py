from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from sessions_app.models import LIVE, OVER, MoveLost, Session, Status, Task
from sessions_app.models.lifecycle import MOVES
from tests.conftest import SessionMaker


def test_nothing_leaves_a_status_that_is_over() -> None:
    assert not [name for name, move in MOVES.items() if move.sources & OVER]


def test_every_status_can_be_reached_from_queued() -> None:
    reached = {Status.PENDING}
    for _ in Status:
        reached |= {move.target for move in MOVES.values() if move.sources & reached}
    assert reached == set(Status)


def test_every_live_status_can_fail_be_cancelled_and_expire() -> None:
    for name in ("fail", "cancel", "expire"):
        assert MOVES[name].sources == LIVE


@pytest.mark.parametrize("status", sorted(OVER))
@pytest.mark.parametrize("name", sorted(MOVES))
def test_a_task_that_is_over_never_moves_again(make_session: SessionMaker, status: Status, name: str) -> None:
    session = make_session(status=status)
    task = session.latest_task
    assert task
    before = session.last_seq
    with pytest.raises(MoveLost):
        task.move(name)
    session.refresh_from_db()
    assert (Task.objects.get(pk=task.pk).status, session.last_seq) == (status, before)


def test_of_two_who_move_a_task_one_wins_and_the_other_is_told(make_session: SessionMaker) -> None:
    task = make_session().latest_task
    assert task
    same = Task.objects.get(pk=task.pk)
    task.move("cancel", {"by_name": "Alice"})
    with pytest.raises(MoveLost, match="cancelled"):
        same.move("start")


def test_the_database_itself_refuses_an_end_without_its_moment(make_session: SessionMaker) -> None:
    task = make_session().latest_task
    assert task
    with pytest.raises(IntegrityError, match="ended_at_is_set_when_the_task_is_over"), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(status=Status.COMPLETED)


def test_the_database_itself_refuses_a_second_unfinished_task(make_session: SessionMaker) -> None:
    session = make_session()
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(session=session, number=2, instruction="Another", model="demo")


def test_a_finished_session_takes_a_second_task(make_session: SessionMaker) -> None:
    session = make_session(status=Status.COMPLETED)
    Task.objects.create(session=session, number=2, instruction="Another", model="demo")
    assert Session.objects.get(pk=session.pk).tasks.count() == 2
