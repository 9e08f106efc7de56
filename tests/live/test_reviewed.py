from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async

from sessions_app.models import Session, Status, User
from tests.conftest import SessionMaker

from .sockets import connected

pytestmark = pytest.mark.django_db(transaction=True)


async def unreviewed_once_over(make_session: SessionMaker, bob: User, *, watched: bool) -> bool:
    session = await sync_to_async(make_session)(status=Status.IN_PROGRESS)
    task = session.latest_task
    assert task
    finish = sync_to_async(task.move)
    told = {"seconds": 1.0, "steps": 2}
    if watched:
        async with connected(f"/ws/s/{session.pk}/?after={session.last_seq}", bob) as page:
            await page.next()
            event = await finish("complete", told)
            await page.until_seq(event.seq)
            await asyncio.sleep(0.1)
    else:
        await finish("complete", told)
    return (await Session.objects.select_related("latest_task").aget(pk=session.pk)).unreviewed


async def test_a_session_that_ends_under_somebodys_eyes_is_reviewed(
    make_session: SessionMaker, bob: User
) -> None:
    assert not await unreviewed_once_over(make_session, bob, watched=True)


async def test_a_session_that_ends_unseen_is_not(make_session: SessionMaker, bob: User) -> None:
    assert await unreviewed_once_over(make_session, bob, watched=False)
