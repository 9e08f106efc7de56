from __future__ import annotations

import pytest
from channels.testing import WebsocketCommunicator
from django.test import Client
from pytest_django import Settings

from lightcone_site.asgi import application
from sessions_app.models import Session
from tests.conftest import SessionMaker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ports(settings: Settings) -> None:
    settings.CONTENT_ORIGIN, settings.CONTENT_PORT = "", 8001


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    return make_session()


async def opens(session: Session, client: Client, *, host: str, origin: str | None) -> bool:
    """Whether this browser gets a socket for a page of that origin."""
    cookie = "; ".join(f"{name}={value.value}" for name, value in client.cookies.items())
    headers = [(b"host", host.encode()), (b"cookie", cookie.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    communicator = WebsocketCommunicator(application, f"/ws/s/{session.pk}/", headers=headers)
    accepted, _ = await communicator.connect()
    await communicator.disconnect()
    return accepted


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "localhost"])
async def test_a_page_of_the_dashboard_opens_its_socket(session: Session, as_bob: Client, host: str) -> None:
    assert await opens(session, as_bob, host=host, origin=f"http://{host}")


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:3000",  # another program on the same host, to which browsers send our cookies
        "http://localhost:8001",  # what agents made
        "https://localhost:8000",
        "http://127.0.0.1:8000",
        "http://localhost",
        "null",
        "",
        None,
    ],
)
async def test_a_page_of_another_origin_opens_none(
    session: Session, as_bob: Client, origin: str | None
) -> None:
    assert not await opens(session, as_bob, host="localhost:8000", origin=origin)


async def test_the_content_origin_has_no_sockets(session: Session, as_bob: Client) -> None:
    assert not await opens(session, as_bob, host="localhost:8001", origin="http://localhost:8001")


async def test_a_name_that_was_pointed_at_this_machine_opens_none(session: Session, as_bob: Client) -> None:
    host = "rebound.example:8000"
    assert not await opens(session, as_bob, host=host, origin=f"http://{host}")


async def test_behind_a_proxy_the_page_is_at_https(
    session: Session, as_bob: Client, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["dispatch.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://dispatch.example"]
    host = "dispatch.example"
    assert await opens(session, as_bob, host=host, origin="https://dispatch.example")
    assert not await opens(session, as_bob, host=host, origin="https://other.example")
