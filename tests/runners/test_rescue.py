from __future__ import annotations

from django.utils import timezone

from sessions_app.models import Status, Task
from sessions_app.runners import rescue
from tests.conftest import SessionMaker


def test_a_task_that_cannot_be_given_back_holds_up_no_other(make_session: SessionMaker) -> None:
    broken, sound = (make_session(status=Status.IN_PROGRESS) for _ in range(2))
    Task.objects.filter(session=broken).update(stop_asked_at=timezone.now(), rerun={"words": "are missing"})
    rescue.recover_all()
    assert Task.objects.get(session=sound).status == Status.PENDING
    assert Task.objects.get(session=broken).status == Status.IN_PROGRESS
