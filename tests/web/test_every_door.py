"""Every address that changes something of a space, tried by a viewer and by a stranger.

They are read from the addresses that there are: one that is added is tried too.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver
from django.utils import timezone

from sessions_app.models import Agent, Connection, Event, Grant, Secret, Session, Status, User
from sessions_app.models.message import put_in_queue
from sessions_app.web.urls import urlpatterns
from tests.conftest import SessionMaker

OF_A_SPACE = ("s/", "agents/", "models/", "costs/")


def doors(patterns: list[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from doors(pattern.url_patterns, address)
        elif address.startswith(OF_A_SPACE) and "artifact_pk" not in address:  # which only show
            yield address


@pytest.fixture
def things(make_session: SessionMaker, agent: Agent, alice: User, bob: User) -> dict[str, object]:
    """One of each kind that an address can name."""
    session = make_session(status=Status.WAITING_FOR_INPUT)
    assert session.latest_task
    with session.writing() as held:
        message = put_in_queue(held, session.latest_task, "Hurry.", by=bob, key=uuid.uuid4())
    models = Connection.objects.create(space=agent.space, slug="harbour", label="Harbour", provider="ollama")
    secret = Secret.objects.create(session=session, name="TOKEN", sealed="x", given_at=timezone.now())
    return {
        "<int:pk>": session.pk,
        "<int:question_pk>": session.questions.get().pk,
        "<int:message_pk>": message.pk,
        "<int:secret_pk>": secret.pk,
        "<int:seq>": session.events.get(kind="instructed").seq,
        "<str:sha256>": "a" * 64,
        "models/<slug:slug>": f"models/{models.slug}",
        "<slug:slug>": agent.slug,
    }


def named(door: str, things: dict[str, object], agent: Agent) -> str:
    if "grant_pk" in door:
        session = Session.objects.get(pk=str(things["<int:pk>"]))
        whose: dict[str, Any] = {"agent": agent} if "slug" in door else {"session": session}
        grant = Grant.objects.create(rule="git_push", subject="origin", **whose)
        door = door.replace("<int:grant_pk>", str(grant.pk))
    for name, thing in things.items():
        door = door.replace(name, str(thing))
    return f"/{door}"


@pytest.mark.parametrize("door", sorted(doors(urlpatterns)))
def test_a_viewer_and_a_stranger_change_nothing(
    door: str,
    things: dict[str, object],
    agent: Agent,
    as_alice: Client,
    as_vera: Client,
    as_mallory: Client,
) -> None:
    address, before = named(door, things, agent), Event.objects.count()
    form = {"question": things["<int:question_pk>"], "choice": "0", "text": "Do it.", "title": "Mine"}
    # Where an address names nothing, a stranger who is an admin elsewhere changes their own.
    for client in (as_vera, as_mallory) if "<" in door else (as_vera,):
        response = client.post(address, form)
        assert response.status_code in (404, 405), response
    assert Event.objects.count() == before
    assert as_alice.post(address, form).status_code != 404, "or the address led nowhere for anybody"
