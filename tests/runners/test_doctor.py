from __future__ import annotations

from typing import Any

from sessions_app.agents.connections import Connection
from sessions_app.agents.providers import Providers
from sessions_app.models import LanguageModel
from sessions_app.runners.doctor import look_for_models
from tests.agents.openai_server import serving


def providers_at(url: str) -> Providers:
    return Providers([Connection("openai", "openai_compatible", "Scripted", url, "sk-test")])


async def found() -> dict[str, tuple[bool, str]]:
    rows = LanguageModel.objects.exclude(name="demo").order_by("name")
    return {row.name: (row.available, row.note) async for row in rows}


async def test_models_that_are_found_are_noted_once_and_those_that_go_say_so(transactional_db: Any) -> None:
    with serving(models=[{"id": "one"}, {"id": "two"}]) as server:
        for _ in range(2):
            await look_for_models(providers_at(server.base_url))
        assert await found() == {"openai:one": (True, ""), "openai:two": (True, "")}
    with serving(models=[{"id": "two"}]) as server:
        await look_for_models(providers_at(server.base_url))
    gone = (False, "It is not offered any more.")
    assert await found() == {"openai:one": gone, "openai:two": (True, "")}


async def test_while_a_server_does_not_answer_its_models_say_that(transactional_db: Any) -> None:
    with serving(models=[{"id": "one"}]) as server:
        await look_for_models(providers_at(server.base_url))
    await look_for_models(providers_at(server.base_url))
    silent = (False, f"{server.base_url.split('/')[2]} does not answer.")
    assert await found() == {"openai:": silent, "openai:one": silent}
    with serving(models=[{"id": "one"}]) as again:
        await look_for_models(providers_at(again.base_url))
    assert await found() == {"openai:one": (True, "")}
