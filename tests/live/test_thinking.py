from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from bs4 import BeautifulSoup
from django.utils import timezone

from sessions_app.models import Session, Status, Tail, User, bell
from tests.conftest import SessionMaker

from .sockets import connected

pytestmark = pytest.mark.django_db(transaction=True)


def think(session: Session, text: str, *, seconds: float | None = None) -> None:
    began_at = timezone.now() - timedelta(seconds=14)
    shown = {"session": session, "text": text, "began_at": began_at, "seconds": seconds}
    Tail.objects.update_or_create(shown, task=session.latest_task, call_id=Tail.THINKING)
    bell.ring(session.pk)


def end_thought(session: Session) -> int:
    with session.writing() as held:
        held.tails.all().delete()
        return held.append("thought", {"text": "Two and two make four.", "seconds": 14.2}).seq


async def test_a_thought_is_pushed_while_it_grows_and_gives_its_place_to_the_step(
    make_session: SessionMaker, vera: User
) -> None:
    session = await sync_to_async(make_session)(status=Status.IN_PROGRESS)
    async with connected(f"/ws/s/{session.pk}/?after={session.last_seq}", vera) as page:
        await page.next()
        await sync_to_async(think)(session, "Two and")
        await page.until(lambda told: "Two and" in told[-1]["content"])
        shown = BeautifulSoup(page.told[-1]["content"], "html.parser")
        assert shown.select(".line[data-k=live] .cut")[0].get_text() == "Thinking"
        assert shown.select("time[data-time=running]")[0].get_text() in ("0:14", "0:15", "0:16")
        assert shown.select("details:not([open])")
        await sync_to_async(think)(session, "Two and two make four.", seconds=14.2)
        await page.until(lambda told: "Thought for 14 s" in told[-1]["content"])
        seq = await sync_to_async(end_thought)(session)
        await page.until_seq(seq)
        assert f'id="step-{seq}"' in page.told[-1]["content"]
        gone = await page.next()
    assert BeautifulSoup(gone["content"], "html.parser").select("#thinking")[0].get_text(strip=True) == ""
