from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from sessions_app.models import Attempt, Session, Status, User
from tests.conftest import SessionMaker

from .sockets import connected

pytestmark = pytest.mark.django_db(transaction=True)


def lease_until(session: Session, seconds: float) -> None:
    """As time would do it: no event is written, and no bell rings."""
    until = timezone.now() + timedelta(seconds=seconds)
    Attempt.objects.filter(task__session=session).update(leased_until=until)


async def test_a_page_that_is_open_hears_by_itself_that_a_worker_fell_silent_and_is_back(
    make_session: SessionMaker, bob: User, vera: User
) -> None:
    session = await sync_to_async(make_session)(status=Status.IN_PROGRESS)
    address = f"/ws/s/{session.pk}/?after={session.last_seq}"
    async with connected(address, bob) as directing, connected(address, vera) as watching:
        await directing.next(), await watching.next()
        await sync_to_async(lease_until)(session, 1.0)
        for page in (directing, watching):
            await page.until(lambda told: "Interrupted: its worker" in told[-1]["content"])
        assert "Go on now" in directing.told[-1]["content"]
        assert "Go on now" not in watching.told[-1]["content"]
        await sync_to_async(lease_until)(session, 29.0)
        await directing.until(lambda told: "Working" in told[-1]["content"])
        assert "heard from" in directing.told[-1]["content"]


async def test_so_does_the_dashboard(make_session: SessionMaker, bob: User) -> None:
    session = await sync_to_async(make_session)(status=Status.IN_PROGRESS)
    async with connected(f"/ws/?space={session.space_id}", bob) as page:
        await page.next()
        await sync_to_async(lease_until)(session, 1.0)
        await page.until(lambda told: "Interrupted, silent for" in told[-1]["content"])
