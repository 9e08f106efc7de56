from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client
from playwright.async_api import Browser, Page

from sessions_app.models import Session, Status, User
from tests.browser.transcript.driving import CONNECTED, Write, until
from tests.conftest import SessionMaker
from tests.live.in_thread import ServedHere, served_here
from tests.live.transcripts import write_commands

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def here() -> Iterator[tuple[str, ServedHere]]:
    with served_here() as served:
        yield served


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    session = make_session(status=Status.IN_PROGRESS)
    write_commands(session, 90)
    return session


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
async def page(
    request: pytest.FixtureRequest,
    chromium: Browser,
    here: tuple[str, ServedHere],
    session: Session,
    bob: User,
) -> AsyncIterator[Page]:
    """The session, opened by bob; errors of the page fail the test."""
    origin, _ = here
    context = await chromium.new_context(viewport=request.param)
    context.set_default_timeout(10_000)
    client = Client()
    await sync_to_async(client.force_login)(bob)
    name = settings.SESSION_COOKIE_NAME
    await context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": origin}])
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.goto(f"{origin}/s/{session.pk}/")
    await until(page, CONNECTED)
    yield page
    await context.close()
    assert faults == []


@pytest.fixture
def write_steps(session: Session) -> Write:
    written = 90

    async def more(count: int) -> None:
        nonlocal written
        await sync_to_async(write_commands)(session, count, first=written + 1)
        written += count

    return more
