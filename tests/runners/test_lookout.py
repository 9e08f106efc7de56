from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async

from sessions_app.agents.connections import Connection as Known
from sessions_app.agents.providers import Providers
from sessions_app.agents.trial import Trial
from sessions_app.models import Agent, Connection, LanguageModel, Space
from sessions_app.runners.lookout import Lookout, check, look_for_models
from tests.agents.model_server.script import Fails, Says
from tests.agents.model_server.server import ModelServer, serving
from tests.runners.conftest import until

KEY = "sk-harbour-0123456789abcdef"


def from_environment(url: str) -> Providers:
    return Providers([Known("openai", "openai_compatible", "Scripted", url, "sk-test")])


async def added(space: Space, server: ModelServer, *, key: str = KEY, **fields: Any) -> Connection:
    row = Connection(
        space=space, slug="den", provider="openai_compatible", label="Den", base_url=server.base_url, **fields
    )
    row.put_key(key)
    await sync_to_async(row.save_changed)()
    return row


async def found(*, slug: str = "openai") -> dict[str, tuple[bool, str]]:
    rows = LanguageModel.objects.filter(connection__slug=slug).order_by("name")
    return {row.name: (row.available, row.note) async for row in rows}


async def state(slug: str = "openai") -> tuple[bool | None, str]:
    row = await Connection.objects.aget(slug=slug)
    return row.ok, row.note


def silence_of(server: ModelServer) -> str:
    return f"{server.base_url.split('/')[2]} does not answer."


async def test_models_that_are_found_are_noted_once_and_those_that_go_too(transactional_db: Any) -> None:
    with serving(models=[{"id": "one"}, {"id": "two"}]) as server:
        for _ in range(2):
            await look_for_models(from_environment(server.base_url))
        assert await found() == {"openai:one": (True, ""), "openai:two": (True, "")}
    with serving(models=[{"id": "two"}]) as server:
        await look_for_models(from_environment(server.base_url))
    assert await found() == {"openai:two": (True, "")}


async def test_a_model_that_goes_while_an_agent_thinks_with_it_says_so(
    transactional_db: Any, agent: Agent
) -> None:
    await Agent.objects.aupdate(model="openai:one")
    with serving(models=[{"id": "one"}]) as server:
        await look_for_models(from_environment(server.base_url))
    with serving(models=[{"id": "two"}]) as server:
        await look_for_models(from_environment(server.base_url))
    gone = (False, "It is not offered any more.")
    assert await found() == {"openai:one": gone, "openai:two": (True, "")}


async def test_while_a_server_does_not_answer_its_models_say_that(transactional_db: Any) -> None:
    with serving(models=[{"id": "one"}]) as server:
        await look_for_models(from_environment(server.base_url))
        assert await state() == (True, "")
    await look_for_models(from_environment(server.base_url))
    assert await state() == (False, silence_of(server))
    assert await found() == {"openai:one": (False, silence_of(server))}
    with serving(models=[{"id": "one"}]) as again:
        await look_for_models(from_environment(again.base_url))
    assert await state() == (True, "")
    assert await found() == {"openai:one": (True, "")}


async def test_what_the_environment_names_no_more_is_gone(transactional_db: Any) -> None:
    with serving(models=[{"id": "one"}]) as server:
        await look_for_models(from_environment(server.base_url))
    await look_for_models(Providers([]))
    assert await LanguageModel.objects.acount() == 1  # the demo
    assert not await Connection.objects.aexists()


async def test_no_ollama_where_nobody_named_one_is_nothing_to_mention(transactional_db: Any) -> None:
    silent = "http://127.0.0.1:1"
    await look_for_models(Providers([Known("ollama", "ollama", "Ollama", silent)]))
    assert (await state("ollama"))[0] is False
    await look_for_models(Providers([Known("ollama", "ollama", "Ollama")]))
    assert not await Connection.objects.filter(slug="ollama").aexists()


async def test_a_name_and_password_in_the_environments_address_are_not_shown(transactional_db: Any) -> None:
    await look_for_models(from_environment("http://operator:hunter2@127.0.0.1:1/v1"))
    row = await Connection.objects.aget()
    assert row.base_url == "http://127.0.0.1:1/v1"
    assert "hunter2" not in row.note


async def test_a_spaces_own_connection_is_listed_with_its_key(transactional_db: Any, space: Space) -> None:
    with serving(models=[{"id": "one"}]) as server:
        await added(space, server)
        await look_for_models(Providers([]))
        assert server.keys == [f"Bearer {KEY}"]
    assert await state("den") == (True, "")
    assert await found(slug="den") == {"den:one": (True, "")}


async def test_only_the_models_that_a_connection_names_are_offered(
    transactional_db: Any, space: Space
) -> None:
    with serving(models=[{"id": "one"}, {"id": "two"}]) as server:
        row = await added(space, server)
        await look_for_models(Providers([]))
        assert set(await found(slug="den")) == {"den:one", "den:two"}
        row.offered = ["two"]
        await sync_to_async(row.save_changed)()
        await look_for_models(Providers([]))
    assert set(await found(slug="den")) == {"den:two"}


async def test_who_asks_for_a_test_gets_its_result(transactional_db: Any, space: Space) -> None:
    with serving([Says("Ready.")], models=[{"id": "one"}]) as server:
        await added(space, server)
        async with looking(Providers([])):
            await until(lambda: not Connection.objects.exclude(test_asked_at=None).exists())
    row = await Connection.objects.aget()
    assert (row.ok, row.test_ok) == (True, True)
    assert row.test_note.startswith("one answered in ")


async def test_a_test_that_fails_says_why_and_not_what_the_server_wrote(
    transactional_db: Any, space: Space
) -> None:
    loud = Fails(401, f"Your key {KEY} is wrong. <script>")
    with serving([loud], models=[{"id": "one"}]) as server:
        row = await added(space, server)
        await check(row, Providers([]), ask=True)
    await row.arefresh_from_db()
    assert row.test_ok is False
    assert "did not accept the API key (401)" in row.test_note
    assert row.test_note.endswith("Asked was den:one.")
    assert KEY not in row.test_note
    assert "script" not in row.test_note


async def test_what_was_found_before_a_change_is_not_written(transactional_db: Any, space: Space) -> None:
    with serving([Says("Ready.")], models=[{"id": "one"}]) as server:
        before = await added(space, server)
        changed = await Connection.objects.aget()
        await sync_to_async(changed.save_changed)()
        await check(before, Providers([]), ask=True)
    row = await Connection.objects.aget()
    assert (row.ok, row.test_ok) == (None, None)
    assert row.test_asked_at == changed.test_asked_at
    assert await found(slug="den") == {}


async def test_what_a_server_calls_its_models_is_kept_only_where_it_is_a_name(
    transactional_db: Any, space: Space
) -> None:
    odd = ["good", "nul\x00", "half \ud800", "turned \u202e round", "two\nlines", "x" * 200, ""]
    answer = Says("rea\x00dy\u202e\n<b>now</b>")
    with serving([answer], models=[{"id": name} for name in odd]) as server:
        row = await added(space, server)
        await check(row, Providers([]), ask=True)
    await row.arefresh_from_db()
    assert set(await found(slug="den")) == {"den:good"}
    assert row.test_note.endswith("“ready<b>now</b>”")


async def test_a_test_that_breaks_here_is_answered_and_stops_nothing(
    transactional_db: Any, space: Space
) -> None:
    class Broken(Providers):
        async def test(self, connection: Known) -> Trial:
            raise ZeroDivisionError

    with serving(models=[{"id": "one"}]) as server:
        await added(space, server)
        async with looking(Broken()) as lookout:
            await until(lambda: not Connection.objects.exclude(test_asked_at=None).exists())
            assert not lookout.done()
    row = await Connection.objects.aget()
    assert (row.ok, row.test_ok) == (True, False)
    assert "The log of the server says what." in row.test_note


class looking:
    """A lookout at work."""

    def __init__(self, providers: Providers) -> None:
        self._lookout = Lookout(providers)

    async def __aenter__(self) -> asyncio.Task[None]:
        self._work = asyncio.create_task(self._lookout.run())
        return self._work

    async def __aexit__(self, *error: object) -> None:
        self._work.cancel()
        with suppress(asyncio.CancelledError):
            await self._work


async def test_a_server_that_hangs_does_not_hold_up_the_test_of_another(
    transactional_db: Any, space: Space
) -> None:
    def slow(body: Any) -> Says:
        return Says("a b c d e f g h i j", pause_seconds=0.5)

    with (
        serving(slow, models=[{"id": "one"}]) as hanging,
        serving([Says("Hi.")], models=[{"id": "x"}]) as quick,
    ):
        await added(space, hanging)
        other = await added(await Space.objects.acreate(name="Elsewhere"), quick)
        async with looking(Providers([])):
            await until(lambda: Connection.objects.filter(pk=other.pk, test_ok=True).exists())
            assert await Connection.objects.filter(slug="den", test_ok=None).aexists()
