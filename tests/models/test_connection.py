from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from sessions_app.models import Agent, Connection, LanguageModel, Space, User
from sessions_app.models.connection import RESERVED_SLUGS, add, free_slug
from sessions_app.models.connection_use import ConnectionInUse, failing_in, remove, use_of
from sessions_app.models.language_model import model_of, offered_in
from sessions_app.models.sealing import unseal
from tests.conftest import SessionMaker

KEY = "sk-harbour-0123456789abcdef"


@pytest.fixture
def connection(space: Space) -> Connection:
    return connected(space, "vllm")


def connected(space: Space | None, slug: str, **fields: object) -> Connection:
    made = Connection(
        space=space, slug=slug, provider="openai_compatible", label=slug.upper(), base_url="http://h:1/v1"
    )
    made.put_key(KEY)
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    LanguageModel.objects.create(connection=made, name=f"{slug}:one", label="One", provider=made.label)
    return made


def test_a_key_is_kept_sealed_and_known_by_its_ending(connection: Connection) -> None:
    connection.refresh_from_db()
    assert KEY not in connection.sealed_key
    assert unseal(connection.sealed_key) == KEY
    assert connection.key_ending == "cdef"
    assert KEY not in repr(connection)


def test_of_a_short_key_nothing_is_shown(connection: Connection) -> None:
    connection.put_key("secret")
    assert connection.key_ending == ""
    assert connection.key_changed_at


def test_another_key_leaves_nothing_of_the_one_before(connection: Connection) -> None:
    connection.put_key("sk-new-fedcba9876543210")
    connection.save_changed()
    connection.refresh_from_db()
    assert unseal(connection.sealed_key) == "sk-new-fedcba9876543210"


def test_what_was_found_before_a_change_is_void(connection: Connection) -> None:
    Connection.objects.update(ok=True, note="Fine.", test_ok=True, test_note="Ready.")
    connection.refresh_from_db()
    connection.save_changed()
    connection.refresh_from_db()
    assert (connection.ok, connection.note, connection.test_note) == (None, "", "")
    assert connection.is_being_checked


def test_a_space_knows_the_environments_models_and_its_own(space: Space, model: LanguageModel) -> None:
    elsewhere = Space.objects.create(name="Elsewhere")
    connected(space, "ours")
    connected(elsewhere, "theirs")
    connected(None, "openai")
    assert {one.name for one in offered_in(space.pk)} == {"demo", "openai:one", "ours:one"}
    assert {one.name for one in offered_in(elsewhere.pk)} == {"demo", "openai:one", "theirs:one"}


def test_two_spaces_may_name_their_connections_alike(space: Space, agent: Agent) -> None:
    elsewhere = Space.objects.create(name="Elsewhere")
    mine, _ = connected(space, "vllm"), connected(elsewhere, "vllm")
    agent.model = "vllm:one"
    found = model_of(agent)
    assert found
    assert found.connection == mine


@pytest.mark.parametrize("space_given", [True, False])
def test_a_slug_is_taken_once(space: Space, space_given: bool) -> None:
    where = space if space_given else None
    connected(where, "vllm")
    with pytest.raises(IntegrityError), transaction.atomic():
        connected(where, "vllm")


def test_a_new_connection_takes_no_slug_of_the_environment_or_of_a_page(space: Space) -> None:
    assert {free_slug(space, label) for label in RESERVED_SLUGS} & RESERVED_SLUGS == set()
    assert free_slug(space, "Harbour vLLM") == "harbour-vllm"
    assert free_slug(space, "日本") == "models"


def test_the_same_form_adds_one_connection(space: Space, alice: User) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        add(Connection(provider="ollama", label="Den"), space, by=alice, form_key=key)
    assert [one.slug for one in Connection.objects.all()] == ["den"]


def test_an_agent_without_a_model_thinks_with_the_default_of_its_space(space: Space, agent: Agent) -> None:
    connected(space, "vllm")
    Space.objects.update(default_model="vllm:one")
    agent.model = ""
    agent.save()
    found = Agent.objects.get()
    assert found.thinks_with == "vllm:one"
    agent.model = "demo"
    assert agent.thinks_with == "demo"


def test_work_that_is_given_remembers_the_default_of_its_day(
    space: Space, agent: Agent, make_session: SessionMaker
) -> None:
    connected(space, "vllm")
    Space.objects.update(default_model="vllm:one")
    Agent.objects.update(model="")
    task = make_session(agent=Agent.objects.get()).latest_task
    assert task
    assert task.model == "vllm:one"


def test_a_connection_stays_while_an_agent_thinks_with_it(
    space: Space, agent: Agent, connection: Connection
) -> None:
    Agent.objects.update(model="vllm:one")
    with pytest.raises(ConnectionInUse):
        remove(connection, space)
    assert use_of(connection, space).agents == (agent,)
    Agent.objects.update(model="demo")
    remove(connection, space)
    assert Connection.objects.count() == 0
    assert [one.name for one in LanguageModel.objects.all()] == ["demo"]


def test_it_stays_too_while_it_is_the_default_or_work_is_under_way(
    space: Space, agent: Agent, connection: Connection, make_session: SessionMaker
) -> None:
    Agent.objects.update(model="vllm:one")
    make_session(agent=Agent.objects.get())
    Agent.objects.update(model="demo")
    Space.objects.update(default_model="vllm:one")
    space.refresh_from_db()
    use = use_of(connection, space)
    assert (use.agents, use.by_default, use.tasks) == ((), True, 1)


def test_a_failing_connection_is_told_of_where_agents_think_with_it(
    space: Space, agent: Agent, connection: Connection
) -> None:
    Agent.objects.update(model="vllm:one")
    assert failing_in(space.pk) == []
    Connection.objects.update(ok=False, note="h:1 does not answer.")
    assert [(one.connection, one.agents) for one in failing_in(space.pk)] == [(connection, (agent,))]
    Connection.objects.update(ok=True)
    assert failing_in(space.pk) == []


@pytest.mark.parametrize(
    ("count", "words"), [(1, "A0"), (2, "A0 and A1"), (3, "A0, A1 and A2"), (5, "A0, A1, A2 and 2 more")]
)
def test_however_many_agents_cannot_think_the_line_stays_short(
    space: Space, connection: Connection, count: int, words: str
) -> None:
    Connection.objects.update(ok=False)
    for number in range(count):
        Agent.objects.create(space=space, slug=f"a{number}", name=f"A{number}", model="vllm:one")
    assert [one.who for one in failing_in(space.pk)] == [words]


def test_one_that_nobody_uses_fails_in_silence(space: Space, agent: Agent, connection: Connection) -> None:
    Connection.objects.update(ok=False)
    assert failing_in(space.pk) == []


def test_a_wish_that_nobody_fulfils_is_not_waited_for_without_end(connection: Connection) -> None:
    connection.ask_for_check()
    assert connection.is_being_checked
    connection.test_asked_at = connection.created_at.replace(year=2020)
    assert not connection.is_being_checked
