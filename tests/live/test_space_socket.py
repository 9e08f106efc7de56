from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from bs4 import BeautifulSoup, Tag
from django.test import Client

from sessions_app.live import seat
from sessions_app.live.space_socket import watched_spaces
from sessions_app.models import Session, Space, Status, Task, User
from sessions_app.models.attempt import claim
from tests.conftest import SessionMaker

from .sockets import Told, connected

pytestmark = pytest.mark.django_db(transaction=True)


def piece(told: list[Told], selector: str) -> Tag | None:
    """The latest drawing of a piece."""
    for message in reversed(told):
        found = BeautifulSoup(message["content"], "html.parser").select_one(selector)
        if found:
            return found
    return None


def is_at(selector: str, status: str) -> Any:
    def found(told: list[Told]) -> bool:
        shown = piece(told, selector)
        return bool(shown and shown.select(f"[data-s={status}]"))

    return found


async def test_a_row_changes_in_place_and_is_said_to_have_moved(
    make_session: SessionMaker, space: Space, bob: User
) -> None:
    session = await sync_to_async(make_session)()
    async with connected(f"/ws/?space={space.pk}", bob) as page:
        first = await page.next()
        assert is_at(f"#row-{session.pk}", "queued")([first])
        assert first["moved"] == []
        await sync_to_async(begin)(session)
        told = await page.until(is_at(f"#row-{session.pk}", "running"))
        assert told[-1]["moved"] == []  # queued and running stand in one group
        await sync_to_async(complete)(session)
        told = await page.until(is_at(f"#row-{session.pk}", "done"))
        assert told[-1]["moved"] == [session.pk]


def begin(session: Session) -> None:
    assert session.latest_task
    assert claim(session.latest_task, worker="test")


def complete(session: Session) -> None:
    Task.objects.get(session=session).move("complete", {"seconds": 1, "steps": 1})


async def test_the_pushed_row_is_the_row_of_the_reloaded_page(
    make_session: SessionMaker, space: Space, bob: User, as_bob: Client
) -> None:
    session = await sync_to_async(make_session)(status=Status.FAILED)
    async with connected(f"/ws/?space={space.pk}", bob) as page:
        pushed = piece([await page.next()], f"#row-{session.pk}")
        answer = await sync_to_async(as_bob.get)("/sessions/")
        shown = BeautifulSoup(answer.content, "html.parser").select_one(f"#row-{session.pk}")
        assert pushed and shown and str(pushed) == str(shown)


async def test_a_question_is_counted_and_its_agent_calls(
    make_session: SessionMaker, space: Space, bob: User
) -> None:
    async with connected(f"/ws/?space={space.pk}", bob) as page:
        assert (await page.next())["waiting"] == 0
        session = await sync_to_async(make_session)(status=Status.WAITING_FOR_INPUT)
        told = await page.until(lambda told: told[-1]["waiting"] == 1)
        assert session.pk in [pk for message in told for pk in message["moved"]]
        count, agents = piece(told, "#needs-count"), piece(told, "#side-agents")
        assert count and count.get_text(" ", strip=True) == "1 waiting"
        assert agents and agents.select("[data-s=need]")


async def test_a_busy_session_is_drawn_twice_a_second_at_most(
    make_session: SessionMaker, space: Space, bob: User
) -> None:
    session = await sync_to_async(make_session)(status=Status.IN_PROGRESS)
    async with connected(f"/ws/?space={space.pk}", bob) as page:
        await page.next()
        for number in range(30):
            await sync_to_async(session.append)("said", {"text": str(number)})
        steps = f"{session.steps} steps"
        told = await page.until(lambda told: steps in str(piece(told, f"#row-{session.pk}")))
        assert len(told) <= 4


async def test_a_stranger_finds_nothing(space: Space, mallory: User, bob: User) -> None:
    async with connected(f"/ws/?space={space.pk}", bob) as page:
        assert (await page.next())["content"]
    for address in (f"/ws/?space={space.pk}", "/ws/?space=", "/ws/"):
        async with connected(address, mallory) as page:
            assert await page.close_code() == seat.NOT_FOUND
    async with connected(f"/ws/?space={space.pk}", None) as page:
        assert await page.close_code() == seat.NOT_SIGNED_IN
    assert watched_spaces.by_key == {}
