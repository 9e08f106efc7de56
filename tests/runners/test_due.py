from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.models import Question, Session, Status
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to

pytestmark = pytest.mark.sandbox
Dispatched = Callable[..., Awaitable[Session]]


async def test_an_agent_goes_on_with_its_default_when_nobody_answers(
    engine: Engine, dispatched: Dispatched
) -> None:
    choices = [{"label": "Metric"}, {"label": "Imperial"}]
    asked = {"question": "Which units?", "kind": "choose_one", "choices": choices}
    script = [
        Calls(("ask_user", asked | {"deadline_minutes": 5, "default": "Metric"}, "call_ask")),
        Says("Metric, then."),
    ]
    async with engine(script) as running:
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        due = await Question.objects.aget(session=session)
        assert due.deadline_at and due.deadline_at - due.asked_at == timedelta(minutes=5)
        await Question.objects.filter(session=session).aupdate(deadline_at=timezone.now())
        await comes_to(session, Status.COMPLETED)
        last = running.server.requests[1]["messages"][-1]  # type: ignore[attr-defined]
    assert last["content"].startswith("Metric\n\n(Nobody answered in time.")
