from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from bs4 import BeautifulSoup
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.models import Session as Login
from django.db import connection
from django.test import Client

from lightcone_site.asgi import application
from sessions_app.live import seat, socket
from sessions_app.live.hub import watched_sessions
from sessions_app.models import Membership, Role, Session, Status, Tail, Task, User, bell
from tests.conftest import SessionMaker

from .sockets import connected, is_without_gaps, steps_in
from .transcripts import write, write_commands

pytestmark = pytest.mark.django_db(transaction=True)


async def written(session: Session, kind: str, /, **payload: Any) -> int:
    return (await sync_to_async(write)(session, kind, **payload)).seq


async def test_a_step_that_is_written_arrives(make_session: SessionMaker, bob: User) -> None:
    session = await sync_to_async(make_session)()
    async with connected(f"/ws/s/{session.pk}/?after={session.last_seq}", bob) as page:
        await page.next()
        seq = await written(session, "said", text="Hello there")
        told = await page.until_seq(seq)
        assert steps_in(told) == [seq]
        assert "Hello there" in told[-1]["content"]


async def test_a_page_that_was_away_is_sent_only_what_it_missed(
    make_session: SessionMaker, bob: User
) -> None:
    session = await sync_to_async(make_session)()
    await written(session, "said", text="Seen before")
    seen = session.last_seq
    missed = [await written(session, "said", text=f"Missed {number}") for number in range(3)]
    async with connected(f"/ws/s/{session.pk}/?after={seen}", bob) as page:
        told = await page.until_seq(missed[-1])
        assert steps_in(told) == missed
        assert is_without_gaps(told, after=seen)
        assert "Seen before" not in "".join(message["content"] for message in told if "to" in message)


async def test_a_page_that_was_away_for_long_is_sent_all_of_it_in_order(
    make_session: SessionMaker, bob: User
) -> None:
    session = await sync_to_async(make_session)()
    await sync_to_async(write_commands)(session, 700)
    async with connected(f"/ws/s/{session.pk}/?after=1", bob) as page:
        told = await page.until_seq(session.last_seq)
        assert steps_in(told) == list(range(2, 1402, 2))
        assert is_without_gaps(told, after=1)


async def test_a_number_that_was_never_given_out_is_taken_for_the_latest(
    make_session: SessionMaker, bob: User
) -> None:
    session = await sync_to_async(make_session)()
    async with connected(f"/ws/s/{session.pk}/?after=99999999", bob) as page:
        await page.next()
        seq = await written(session, "said", text="New")
        assert steps_in(await page.until_seq(seq)) == [seq]


async def test_what_eight_threads_write_arrives_in_order_and_without_gaps(
    make_session: SessionMaker, alice: User, bob: User, vera: User
) -> None:
    session = await sync_to_async(make_session)()
    address = f"/ws/s/{session.pk}/?after={session.last_seq}"
    threads = [threading.Thread(target=write_in_thread, args=(session.pk, n, 25)) for n in range(8)]
    async with (
        connected(address, alice) as one,
        connected(address, bob) as two,
        connected(address, vera) as three,
    ):
        for thread in threads:
            thread.start()
        for page in (one, two, three):
            told = await page.until_seq(201)
            assert steps_in(told) == list(range(2, 202))
            assert is_without_gaps(told, after=1)
    for thread in threads:
        await asyncio.to_thread(thread.join)


def write_in_thread(session_id: int, writer: int, count: int) -> None:
    session = Session.objects.get(pk=session_id)
    try:
        for number in range(count):
            session.append("said", {"text": f"{writer}: {number}"})
    finally:
        connection.close()


async def test_everybody_is_sent_the_same_drawing(make_session: SessionMaker, alice: User, bob: User) -> None:
    session = await sync_to_async(make_session)()
    address = f"/ws/s/{session.pk}/?after={session.last_seq}"
    async with connected(address, alice) as one, connected(address, bob) as two:
        await one.next(), await two.next()
        assert len(watched_sessions.by_key) == 1
        (watch,) = watched_sessions.by_key.values()
        assert len(watch.rings) == 1
        seq = await written(session, "said", text="Once")
        assert (await one.until_seq(seq))[-1] == (await two.until_seq(seq))[-1]


async def test_nobody_looks_when_nobody_watches(make_session: SessionMaker, bob: User) -> None:
    session = await sync_to_async(make_session)()
    async with connected(f"/ws/s/{session.pk}/?after=1", bob) as page:
        await page.next()
        assert list(watched_sessions.by_key) == [session.pk]
        assert len(bell._listeners) == 1
    assert watched_sessions.by_key == {}
    assert bell._listeners == []
    assert [task for task in asyncio.all_tasks() if "look" in task.get_name()] == []


async def test_a_bell_that_nobody_heard_costs_two_seconds_and_no_step(
    make_session: SessionMaker, bob: User
) -> None:
    session = await sync_to_async(make_session)()
    async with connected(f"/ws/s/{session.pk}/?after={session.last_seq}", bob) as page:
        await page.next()
        heard, bell._listeners[:] = bell._listeners[:], []
        try:
            seq = await written(session, "said", text="Unheard")
            assert steps_in(await page.until_seq(seq)) == [seq]
        finally:
            bell._listeners[:] = heard


async def test_live_output_is_shown_and_goes_with_the_end_of_its_command(
    make_session: SessionMaker, bob: User
) -> None:
    session = await sync_to_async(make_session)(status=Status.IN_PROGRESS)
    step = await written(session, "command_started", call_id="c", command="npm test", boot="b")
    async with connected(f"/ws/s/{session.pk}/?after={session.last_seq}", bob) as page:
        await page.next()
        await sync_to_async(put_tail)(session, step, "12 <passed>")
        await page.until(lambda told: "12 &lt;passed&gt;" in told[-1]["content"])
        assert f'hx-target="#step-{step}-output"' in page.told[-1]["content"]
        assert "to" not in page.told[-1]
        await sync_to_async(Tail.objects.all().delete)()
        ended = {"exit_code": 0, "seconds": 1.0, "output": "12 passed, all of it"}
        seq = (await sync_to_async(session.append)("command_ended", ended, step=step)).seq
        told = await page.until_seq(seq)
        assert "all of it" in next(message for message in told if message.get("to") == seq)["content"]


def put_tail(session: Session, step: int | None, text: str) -> None:
    task = Task.objects.get(session=session)
    Tail.objects.create(session=session, task=task, call_id="c", step=step, text=text)
    bell.ring(session.pk)


async def test_the_composer_of_those_who_direct_is_not_sent_to_those_who_watch(
    make_session: SessionMaker, bob: User, vera: User
) -> None:
    session = await sync_to_async(make_session)(status=Status.WAITING_FOR_INPUT)
    address = f"/ws/s/{session.pk}/?after={session.last_seq}"
    async with connected(address, bob) as directing, connected(address, vera) as watching:
        composer = BeautifulSoup((await directing.next())["content"], "html.parser")
        assert composer.select("#composer-face [name=choice]")
        shown = BeautifulSoup((await watching.next())["content"], "html.parser")
        assert shown.select("#session-badge") and not shown.select(
            "#composer-face, #session-stop, textarea, button"
        )


async def test_times_are_said_in_the_readers_own_zone(make_session: SessionMaker, bob: User) -> None:
    session = await sync_to_async(make_session)()
    address = f"/ws/s/{session.pk}/?after={session.last_seq}"
    async with connected(address, bob, cookies="tz=Asia/Tokyo") as far, connected(address, bob) as near:
        await far.next(), await near.next()
        seq = await written(session, "said", text="x")
        event = await session.events.aget(seq=seq)
        tokyo = f">{(event.created_at.hour + 9) % 24:02}:{event.created_at.minute:02}<"
        assert tokyo in (await far.until_seq(seq))[-1]["content"]
        assert tokyo not in (await near.until_seq(seq))[-1]["content"]


async def test_a_stranger_finds_nothing(make_session: SessionMaker, mallory: User, bob: User) -> None:
    session = await sync_to_async(make_session)()
    async with connected(f"/ws/s/{session.pk}/?after=0", bob) as page:
        assert (await page.next())["content"]  # somebody who belongs here does
    async with connected(f"/ws/s/{session.pk}/?after=0", mallory) as page:
        assert await page.close_code() == seat.NOT_FOUND
    async with connected(f"/ws/s/{session.pk + 1}/?after=0", bob) as page:
        assert await page.close_code() == seat.NOT_FOUND
    async with connected("/ws/of/something/else/", bob) as page:
        assert await page.close_code() == seat.NOT_FOUND
    async with connected(f"/ws/s/{session.pk}/?after=0", None) as page:
        assert await page.close_code() == seat.NOT_SIGNED_IN
    assert watched_sessions.by_key == {}


@pytest.fixture
def checked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "CHECK_SECONDS", 0.1)


async def test_who_leaves_the_space_is_sent_away(
    make_session: SessionMaker, bob: User, checked_often: None
) -> None:
    session = await sync_to_async(make_session)()
    async with connected(f"/ws/s/{session.pk}/?after=0", bob) as page:
        await page.next()
        await Membership.objects.filter(user=bob).adelete()
        assert await page.close_code() == seat.NOT_FOUND


async def test_who_signs_out_is_sent_away(make_session: SessionMaker, bob: User, checked_often: None) -> None:
    session = await sync_to_async(make_session)()
    async with connected(f"/ws/s/{session.pk}/?after=0", bob) as page:
        await page.next()
        await Login.objects.all().adelete()
        assert await page.close_code() == seat.NOT_SIGNED_IN


async def test_whose_role_changes_connects_again(
    make_session: SessionMaker, bob: User, checked_often: None
) -> None:
    session = await sync_to_async(make_session)()
    async with connected(f"/ws/s/{session.pk}/?after=0", bob) as page:
        await page.next()
        await Membership.objects.filter(user=bob).aupdate(role=Role.VIEWER)
        assert await page.close_code() == seat.COME_BACK


async def test_a_page_of_another_site_cannot_open_a_socket(
    make_session: SessionMaker, as_bob: Client
) -> None:
    session = await sync_to_async(make_session)()
    cookie = "; ".join(f"{name}={value.value}" for name, value in as_bob.cookies.items())
    headers = [(b"host", b"localhost"), (b"origin", b"http://evil.example"), (b"cookie", cookie.encode())]
    communicator = WebsocketCommunicator(application, f"/ws/s/{session.pk}/", headers=headers)
    accepted, _ = await communicator.connect()
    assert not accepted
