"""The cast: alice owns the place, bob is a member, vera only views, mallory has no business here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from sessions_app.models import (
    Agent,
    LanguageModel,
    Membership,
    QuestionKind,
    Role,
    Session,
    Space,
    Status,
    User,
    question,
)
from sessions_app.models.attempt import claim
from sessions_app.models.conversation import open_session
from sessions_app.models.question import ChoiceRow

CHOICES: tuple[ChoiceRow, ...] = (
    {"label": "Back up, then drop", "detail": "Takes a minute longer.", "irreversible": False},
    {"label": "Drop it", "detail": "The rows are gone for good.", "irreversible": True},
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what works on rows in this process: it runs on PostgreSQL too."""
    for item in items:
        asked_for = set(getattr(item, "fixturenames", ()))
        if asked_for & {"db", "transactional_db"} or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database in a file, as in the product: SQLite's shared memory locks by table and knows no WAL."""
    if connection.vendor != "sqlite":
        return
    name = tmp_path_factory.mktemp("database") / "test.sqlite3"
    connection.settings_dict["TEST"]["NAME"] = str(name)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The thread in which async tests read keeps its connection; PostgreSQL drops no database in use."""
    yield
    with django_db_blocker.unblock():
        asyncio.run(sync_to_async(connections.close_all)())


class SessionMaker(Protocol):
    def __call__(
        self,
        instruction: str = ...,
        *,
        status: Status = ...,
        agent: Agent | None = ...,
        by: User | None = ...,
    ) -> Session: ...


@pytest.fixture(autouse=True)
def own_place(settings: Settings, tmp_path: Path) -> None:
    """No test writes where another, or a server on this machine, reads."""
    settings.LIGHTCONE_HOME = tmp_path
    settings.BLOBS_DIR = tmp_path / "blobs"
    settings.COMPUTERS_DIR = tmp_path / "computers"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def space(db: None) -> Space:
    return Space.objects.create(name="Harbour")


@pytest.fixture
def alice(space: Space) -> User:
    """Owner of the space, so an admin of it."""
    return person("alice", space, Role.ADMIN)


@pytest.fixture
def bob(space: Space) -> User:
    return person("bob", space, Role.MEMBER)


@pytest.fixture
def vera(space: Space) -> User:
    return person("vera", space, Role.VIEWER)


@pytest.fixture
def mallory(db: None) -> User:
    """Signed in like everybody else, but at home in another space."""
    return person("mallory", Space.objects.create(name="Elsewhere"), Role.ADMIN)


def person(name: str, space: Space, role: Role) -> User:
    user = User.objects.create_user(
        f"{name}@example.org", f"{name}@example.org", f"{name}-password", first_name=name.capitalize()
    )
    Membership.objects.create(space=space, user=user, role=role)
    return user


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_vera(vera: User) -> Client:
    return signed_in(vera)


@pytest.fixture
def as_mallory(mallory: User) -> Client:
    return signed_in(mallory)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def model(db: None) -> LanguageModel:
    """A model that knows three levels of effort."""
    levels = [
        {"value": "low", "label": "Low", "hint": "Quick and cheap. Good for small edits."},
        {"value": "medium", "label": "Medium", "hint": "The default."},
        {"value": "high", "label": "High", "hint": "Thinks longer before each step."},
    ]
    return LanguageModel.objects.create(name="demo", label="Demo", provider="built-in", efforts=levels)


@pytest.fixture
def agent(space: Space, alice: User, model: LanguageModel) -> Agent:
    return Agent.objects.create(
        space=space,
        slug="builder",
        name="Site builder",
        purpose="Builds and fixes the website",
        model=model.name,
        effort="medium",
        created_by=alice,
        examples=[{"title": "Fix a bug", "text": "Reproduce the bug, fix it, add a test."}],
    )


@pytest.fixture
def make_session(agent: Agent, alice: User) -> SessionMaker:
    """Makes sessions that came to their status by legal moves."""
    owner, default_agent = alice, agent

    def make(
        instruction: str = "Rebuild the pricing page.",
        *,
        status: Status = Status.PENDING,
        agent: Agent | None = None,
        by: User | None = None,
    ) -> Session:
        session = open_session(agent or default_agent, instruction, by=by or owner)
        _bring_to(session, status, by=by or owner)
        return Session.objects.select_related("latest_task", "agent").get(pk=session.pk)

    return make


def _bring_to(session: Session, status: Status, *, by: User) -> None:
    task = session.latest_task
    assert task
    if status not in (Status.PENDING, Status.CANCELLED):
        assert claim(task, worker="test")
    if status == Status.WAITING_FOR_INPUT:
        kind = QuestionKind.CHOOSE_ONE
        let_ask(session, "Drop orders.legacy_ref, or copy it first?", kind=kind, choices=CHOICES)
    elif status == Status.PAUSED:
        task.move("pause", {"reason": "Asked for."}, by=by)
    elif status == Status.COMPLETED:
        task.move("complete", {"seconds": 3, "steps": session.steps})
    elif status == Status.FAILED:
        task.move(
            "fail",
            {"text": "The model stopped answering."},
            changes={"failure": "The model stopped answering."},
        )
    elif status == Status.CANCELLED:
        task.ask_to_stop(by=by)
    elif status == Status.EXPIRED:
        task.move("expire", changes={"ended_at": timezone.now()})


def let_ask(session: Session, text: str, **asked: Any) -> Session:
    """Its agent, which is at work, asks and waits."""
    task = session.latest_task
    assert task
    with session.writing() as held:
        question.ask(held, task, text, call_id="call_1", **asked)
        task.move("wait")
    return session
