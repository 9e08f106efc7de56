from __future__ import annotations

from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async

from sessions_app.models import Session, Status, User
from sessions_app.models.model_call import Usage, record_call
from tests.conftest import SessionMaker

from .sockets import connected

pytestmark = pytest.mark.django_db(transaction=True)


async def test_what_a_session_costs_reaches_a_page_that_is_open(
    make_session: SessionMaker, vera: User
) -> None:
    session = await sync_to_async(make_session)(status=Status.IN_PROGRESS)
    async with connected(f"/ws/s/{session.pk}/?after={session.last_seq}", vera) as page:
        assert "$" not in (await page.next())["content"]
        await sync_to_async(answer)(session)
        await page.until(lambda told: "· $0.42" in told[-1]["content"])


def answer(session: Session) -> None:
    assert session.latest_task
    with session.writing() as held:
        event = held.append("model_responded", {"response": {}, "seconds": 1}, task=session.latest_task)
        usage = Usage(10, 1, cost_usd=Decimal("0.42"))
        record_call(held, session.latest_task, usage, seconds=1, seq=event.seq)
