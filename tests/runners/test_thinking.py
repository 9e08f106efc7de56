from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from bs4 import BeautifulSoup
from pydantic_ai.messages import ModelResponse, TextPart, ThinkingPart

from sessions_app import dispatch, fragments
from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from sessions_app.models import Session, Status, Tail, User, attempt
from sessions_app.models.steps import window
from sessions_app.runners import rescue
from sessions_app.runners.holding import Holding
from sessions_app.runners.recording import RowRecord
from sessions_app.runners.room import ComputerRoom
from tests.agents.model_server.script import BreaksOff, Says
from tests.conftest import SessionMaker
from tests.runners.conftest import Engine, comes_to, until

Dispatched = Callable[..., Awaitable[Session]]
SLOW = Says("Four.", thinks="Two and two make " + "and ".join("more " * 20), pause_seconds=0.2)


def thinks(session: Session) -> bool:
    return session.tails.filter(call_id=Tail.THINKING, text__contains="Two and", seconds=None).exists()


async def test_a_thought_is_seen_while_it_grows_and_becomes_a_step_before_the_answer(
    engine: Engine, dispatched: Dispatched
) -> None:
    async with engine([Says("It is four.", thinks="Two and two make four.", pause_seconds=0.2)]):
        session = await dispatched()
        await until(lambda: thinks(session))
        await until(session.tails.filter(call_id=Tail.THINKING, seconds__gt=0).exists)
        await comes_to(session, Status.COMPLETED)
    shown = [event async for event in session.events.filter(kind__in=("thought", "said")).order_by("seq")]
    assert [(event.kind, event.payload["text"]) for event in shown] == [
        ("thought", "Two and two make four."),
        ("said", "It is four."),
    ]
    whole = await session.events.aget(kind="model_responded")
    assert 0.5 < shown[0].payload["seconds"] < whole.payload["seconds"] - 0.3, "three words came after it"
    assert not await session.tails.aexists()


async def test_nothing_of_a_thought_is_left_when_its_worker_is_stopped(
    engine: Engine, dispatched: Dispatched
) -> None:
    async with engine([SLOW]):
        session = await dispatched()
        await until(lambda: thinks(session))
    await comes_to(session, Status.PENDING)
    assert not await session.tails.aexists()


async def test_nothing_of_a_thought_is_left_when_a_person_stops_it(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    async with engine([SLOW]) as running:
        dispatch.use(running)
        try:
            session = await dispatched()
            await until(lambda: thinks(session))
            await sync_to_async(lambda: dispatch.stop(session.tasks.get(), by=alice))()
            await comes_to(session, Status.CANCELLED, seconds=5)
        finally:
            dispatch.use(None)
    assert not await session.tails.aexists()


async def test_a_thought_of_a_try_that_broke_off_is_taken_back(
    engine: Engine, dispatched: Dispatched
) -> None:
    async with engine([BreaksOff("So", thinks="Two and", pause_seconds=0.5), Says("Four.")]):
        session = await dispatched()
        await until(lambda: thinks_or_said(session))
        await until(session.events.filter(kind="model_retrying").exists)
        assert not await session.tails.aexists()
        await comes_to(session, Status.COMPLETED)
    assert not await session.events.filter(kind="thought").aexists()


def thinks_or_said(session: Session) -> bool:
    return session.tails.exclude(text="").exists()


def test_nothing_of_a_thought_is_left_when_its_worker_died(make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    Tail.objects.create(session=session, task=session.tasks.get(), call_id=Tail.THINKING, text="Two and")
    rescue.recover_all()
    assert not session.tails.exists()


@pytest.fixture
def record(make_session: SessionMaker, tmp_path: Path) -> tuple[Session, RowRecord]:
    session = make_session()
    task = session.latest_task
    assert task
    held = attempt.claim(task, worker="test")
    assert held
    holding = Holding(task, held, BlobStore(tmp_path / "blobs"))
    room = ComputerRoom(LocalComputers(tmp_path / "computers"), ComputerSpec(), session)
    return session, RowRecord(holding, room)


@pytest.mark.parametrize(("seconds", "shown"), [(14.0, ["Thought for 14 s"]), (0.2, [])])
def test_a_thought_that_the_model_keeps_to_itself_is_a_line_without_a_body(
    record: tuple[Session, RowRecord], seconds: float, shown: list[str]
) -> None:
    session, writing = record
    hidden = ThinkingPart("", signature="c2VhbGVk", provider_name="anthropic")
    response = ModelResponse(parts=[hidden, TextPart("Four.")])
    async_to_sync(writing.responded)(response, seconds=20.0, thought_seconds=seconds, cost_usd=None)
    session.refresh_from_db()
    page = BeautifulSoup(fragments.steps(session, window(session).steps), "html.parser")
    lines = page.select(".line[data-k=think]")
    assert [line.get_text(strip=True) for line in lines] == shown
    assert page.select("details") == []
    kept = session.events.get(kind="model_responded").payload["response"]
    assert kept["parts"][0]["signature"] == "c2VhbGVk"
