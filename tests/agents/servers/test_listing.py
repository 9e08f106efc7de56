"""What each kind of server lists, and what is known of its models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sessions_app.agents.abilities import ModelAbility
from sessions_app.agents.connections import Connection, Provider
from sessions_app.agents.providers import Providers
from tests.agents.languages import Language
from tests.agents.model_server.script import Body
from tests.agents.model_server.server import ModelServer, serving

OLLAMA_MODELS: dict[str, Body] = {
    "qwen3:8b": {
        "capabilities": ["completion", "tools", "thinking"],
        "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
    },
    "gpt-oss:20b": {"capabilities": ["completion", "tools", "thinking"], "model_info": {}},
    "gemma3:4b": {"capabilities": ["completion", "vision"], "model_info": {}},
    "llava:latest": {"capabilities": ["completion", "vision", "tools"], "model_info": {}},
    "nomic-embed-text:latest": {"capabilities": ["embedding"], "model_info": {}},
}
GOOGLE_MINE: Body = {"name": "models/mine", "supportedGenerationMethods": ["generateContent"]}


async def test_a_servers_models_are_found_with_what_it_says_of_them() -> None:
    models: list[Body] = [
        {"id": "qwen/qwen3", "context_length": 32768, "architecture": {"input_modalities": ["text"]}},
        {"id": "llama-vision", "max_model_len": 8192},
        {"id": "text-embedding-3-small"},
        {"id": "talks-only", "supported_parameters": ["temperature"]},
        {"id": "n" * 500},
    ]
    with serving(models=models) as server:
        found = await discover(server)
    *found, talker = found
    assert [ability.label for ability in found] == ["qwen/qwen3", "llama-vision"]
    assert (talker.label, talker.uses_tools, talker.available) == ("talks-only", False, False)
    assert [(ability.context_tokens, ability.sees_images) for ability in found] == [
        (32768, False),
        (8192, True),
    ]
    assert all(ability.available and ability.efforts == () for ability in found)
    assert found[0].provider == f"127.0.0.1:{server.server_address[1]}"


async def test_an_operator_names_the_models_and_states_their_efforts() -> None:
    with serving(models=[{"id": "a"}, {"id": "b"}]) as server:
        found = await discover(server, models=("b",), efforts=(("b", ("high", "low", "own")),))
    assert [ability.name for ability in found] == ["openai:b"]
    assert [effort.label for effort in found[0].efforts] == ["Low", "High", "Own"]


async def test_a_server_without_a_list_still_has_the_models_that_were_named() -> None:
    with serving() as server:
        (found,) = await discover(server, models=("b",))
    assert (found.name, found.available, found.note) == ("openai:b", True, "")


async def test_ollama_is_found_with_what_its_models_can_do() -> None:
    with serving(ollama=OLLAMA_MODELS) as server:
        found = {
            ability.name: ability
            for ability in await Providers([Connection("ollama", "ollama", "Ollama", server.url)]).discover()
        }
    assert set(found) == {
        "demo",
        "ollama:qwen3:8b",
        "ollama:gpt-oss:20b",
        "ollama:gemma3:4b",
        "ollama:llava:latest",
    }
    qwen, llava = found["ollama:qwen3:8b"], found["ollama:llava:latest"]
    assert [effort.label for effort in qwen.efforts] == ["Off", "On"]
    assert [effort.value for effort in found["ollama:gpt-oss:20b"].efforts] == ["low", "medium", "high"]
    assert (qwen.sees_images, qwen.context_tokens) == (False, 40960)
    assert (llava.sees_images, llava.efforts, llava.label) == (True, (), "llava")
    assert not found["ollama:gemma3:4b"].available
    assert "cannot use tools" in found["ollama:gemma3:4b"].note


async def test_anthropics_models_are_found_with_what_is_known_of_them() -> None:
    models: list[Body] = [
        {"id": "claude-opus-5", "display_name": "Claude Opus 5", "type": "model", "max_input_tokens": 777},
        {"id": "claude-sonnet-4-5"},
        {"id": "claude-3-haiku-20240307"},
        {"id": "somebody-elses"},
    ]
    with serving(models=models) as server:
        opus, sonnet, haiku, other = await listed("anthropic", server)
    assert server.keys == ["Bearer the-key"]
    assert (opus.name, opus.label, opus.context_tokens) == ("here:claude-opus-5", "Claude Opus 5", 777)
    assert values(opus) == ["none", "low", "medium", "high", "xhigh", "max"]
    assert values(sonnet) == ["none", "minimal", "low", "medium", "high", "max"]
    assert values(haiku) == values(other) == []
    assert (sonnet.price_in, sonnet.price_out) == (Decimal(3), Decimal(15))
    assert sonnet.sees_images
    assert sonnet.uses_tools


async def test_efforts_are_stated_of_anthropics_and_googles_models_too() -> None:
    stated = (("mine", ("low", "high")),)
    mine: dict[Provider, Body] = {"anthropic": {"id": "mine"}, "google": GOOGLE_MINE}
    for provider, model in mine.items():
        with serving(models=[model]) as server:
            (found,) = await listed(provider, server, efforts=stated)
        assert values(found) == ["low", "high"]


async def test_googles_models_are_those_that_answer_in_words() -> None:
    content = {"supportedGenerationMethods": ["generateContent"]}
    models: list[Body] = [
        {
            "name": "models/gemini-2.5-pro",
            "displayName": "Gemini 2.5 Pro",
            "inputTokenLimit": 1048576,
            **content,
        },
        {"name": "models/gemini-2.5-flash", **content},
        {"name": "models/gemini-3-pro-preview", **content},
        {"name": "models/gemini-2.5-flash-image", **content},
        {"name": "models/gemini-2.5-pro-preview-tts", **content},
        {"name": "models/embedding-001", "supportedGenerationMethods": ["embedContent"]},
    ]
    with serving(models=models) as server:
        pro, flash, newest = await listed("google", server)
    assert server.keys == ["the-key"]
    assert (pro.name, pro.label, pro.context_tokens) == ("here:gemini-2.5-pro", "Gemini 2.5 Pro", 1048576)
    assert values(pro) == ["low", "medium", "high"]
    assert values(flash) == ["none", "low", "medium", "high"]
    assert values(newest) == ["low", "high"]


@pytest.mark.parametrize("provider", ["openai_compatible", "anthropic", "google"])
@pytest.mark.parametrize("models", [[{"id": 5}, {"name": ["x"]}, "text", None], [{"id": "", "name": ""}]])
async def test_a_list_of_nonsense_offers_nothing(provider: Provider, models: list[Any]) -> None:
    with serving(models=models) as server:
        listing = await Providers().abilities(connection_to(provider, server))
    assert (list(listing.models), listing.reason) == ([], f"{server.url[7:]} lists no models.")


async def test_a_key_that_a_provider_does_not_accept_is_the_reason(language: Language) -> None:
    refusal = language.wrong_key
    with serving(lists=refusal) as server:
        listing = await Providers().abilities(connection_to(language.provider, server, models=("some",)))
    assert listing.reason == f"{server.url[7:]} did not accept the API key ({refusal.status})."
    (named,) = listing.models
    assert (named.name, named.available, named.note) == ("here:some", False, listing.reason)


def connection_to(provider: Provider, server: ModelServer, **more: Any) -> Connection:
    path = "/v1" if provider.startswith("openai") else ""
    return Connection("here", provider, "Here", f"{server.url}{path}", "the-key", **more)


async def listed(provider: Provider, server: ModelServer, **more: Any) -> Sequence[ModelAbility]:
    return (await Providers().abilities(replace(connection_to(provider, server), **more))).models


def values(ability: ModelAbility) -> list[str]:
    return [effort.value for effort in ability.efforts]


async def discover(server: ModelServer, **more: Any) -> list[ModelAbility]:
    """The models of that server, without the demo."""
    connection = Connection("openai", "openai_compatible", "Scripted", server.base_url, **more)
    return list(await Providers([connection]).discover())[1:]
