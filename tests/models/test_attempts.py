from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sessions_app.models import Fenced, Session, Status, Task
from sessions_app.models.attempt import claim, let_go
from sessions_app.models.overview import rows_of
from tests.conftest import SessionMaker


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_one_gets_the_task(make_session: SessionMaker) -> None:
    session = make_session()

    def grab(worker: int) -> bool:
        task = Task.objects.select_related("session").get(session=session)
        won = claim(task, worker=f"w{worker}")
        connection.close()
        return won is not None

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(grab, range(8))) == [False] * 7 + [True]
    assert Task.objects.get(session=session).attempts.count() == 1


def test_a_worker_whose_task_was_taken_away_writes_nothing(make_session: SessionMaker) -> None:
    task = make_session().latest_task
    assert task
    zombie = claim(task, worker="zombie")
    assert zombie
    let_go(task, reason="It froze.")
    assert claim(task, worker="fresh")
    with pytest.raises(Fenced), task.held(zombie.fence) as session:
        session.append("said", {"text": "from the grave"})
    with pytest.raises(Fenced):
        task.move("complete", fence=zombie.fence)
    assert not zombie.renew()
    assert not task.session.events.filter(kind="said").exists()
    assert Task.objects.get(pk=task.pk).status == Status.IN_PROGRESS


def test_who_saw_a_worker_die_does_not_take_the_task_from_the_next_one(make_session: SessionMaker) -> None:
    task = make_session().latest_task
    assert task and claim(task, worker="dead")
    seen_dead = Task.objects.get(pk=task.pk)
    let_go(task, reason="Its worker did not answer any more.")
    fresh = claim(task, worker="fresh")
    assert fresh
    with pytest.raises(Fenced):
        let_go(seen_dead, reason="Its worker did not answer any more.")
    assert fresh.renew()


def test_each_attempt_is_remembered(make_session: SessionMaker) -> None:
    task = make_session().latest_task
    assert task
    for worker in ("first", "second"):
        assert claim(task, worker=worker)
        let_go(task, reason="The server was stopped.")
    assert list(task.attempts.values_list("worker", "ending")) == [("first", "let go"), ("second", "let go")]


def test_work_that_was_begun_waits_before_work_that_was_not(make_session: SessionMaker) -> None:
    first, second = make_session("First."), make_session("Second.")
    assert first.latest_task
    assert places(first, second) == [1, 2]
    assert claim(first.latest_task, worker="w")
    assert places(first, second) == [0, 1]
    let_go(first.latest_task, reason="The server was stopped.")
    assert places(first, second) == [1, 2]


def places(*sessions: Session) -> list[int]:
    """Their places in line, as pages show them."""
    keys = [session.pk for session in sessions]
    return [row.place for row in rows_of(Session.objects.filter(pk__in=keys).order_by("pk"))]
