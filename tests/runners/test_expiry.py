from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.models import Status, Task
from sessions_app.runners import due
from tests.agents.model_server.script import Calls
from tests.conftest import SessionMaker
from tests.runners.conftest import Engine, comes_to, until
from tests.runners.test_drive import Dispatched, events


@pytest.mark.parametrize("status", [Status.PENDING, Status.WAITING_FOR_INPUT, Status.PAUSED])
def test_a_task_whose_time_has_run_out_expires_wherever_it_is(
    status: Status, make_session: SessionMaker
) -> None:
    session = make_session(status=status)
    task = Task.objects.get(session=session)
    Task.objects.update(expires_at=task.created_at + timedelta(hours=2))
    assert due.fall_due() == []
    task.refresh_from_db()
    assert task.status == status
    Task.objects.update(
        created_at=timezone.now() - timedelta(hours=2, minutes=1),
        expires_at=timezone.now() - timedelta(minutes=1),
    )
    due.fall_due()
    task.refresh_from_db()
    assert (task.status, session.questions.open().count()) == (Status.EXPIRED, 0)
    assert session.events.get(kind="expired").payload == {"after": "2 h"}


@pytest.mark.sandbox
async def test_a_command_of_a_task_whose_time_has_run_out_is_ended_and_its_output_kept(
    engine: Engine, dispatched: Dispatched
) -> None:
    async with engine([Calls(("bash", {"command": "echo begun; sleep 60"}))]):
        session = await dispatched()
        await until(lambda: session.tails.filter(text__contains="begun").exists())
        await session.tasks.aupdate(expires_at=timezone.now())
        await comes_to(session, Status.EXPIRED, seconds=15)
    (ended,) = await events(session, "command_ended")
    assert (ended["reason"], ended["output"]) == ("stopped", "begun\n")
