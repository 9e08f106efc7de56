from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from sessions_app.agents.abilities import ModelAbility
from sessions_app.agents.endings import ModelMissing
from sessions_app.agents.provider_settings import OPENAI_URL, ProviderSettings
from sessions_app.agents.providers import Providers

from .openai_server import Body, ModelServer, serving

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


async def test_without_any_server_there_is_the_demo() -> None:
    (demo,) = await Providers(ProviderSettings(ollama_url="")).discover()
    assert (demo.name, demo.available) == ("demo", True)
    assert [effort.value for effort in demo.efforts] == ["quick", "careful", "thorough"]
    assert "without any AI" in demo.note


async def test_a_servers_models_are_found_with_what_it_says_of_them() -> None:
    models: list[Body] = [
        {"id": "qwen/qwen3", "context_length": 32768, "architecture": {"input_modalities": ["text"]}},
        {"id": "llama-vision", "max_model_len": 8192},
        {"id": "text-embedding-3-small"},
    ]
    with serving(models=models) as server:
        found = await discover(server)
    assert [ability.label for ability in found] == ["qwen/qwen3", "llama-vision"]
    assert [(ability.context_tokens, ability.sees_images) for ability in found] == [
        (32768, False),
        (8192, True),
    ]
    assert all(ability.available and ability.efforts == () for ability in found)
    assert found[0].provider == f"127.0.0.1:{server.server_address[1]}"


async def test_an_operator_names_the_models_and_states_their_efforts() -> None:
    with serving(models=[{"id": "a"}, {"id": "b"}]) as server:
        found = await discover(server, openai_models=("b",), model_efforts={"b": ("high", "low", "own")})
    assert [ability.name for ability in found] == ["openai:b"]
    assert [effort.label for effort in found[0].efforts] == ["Low", "High", "Own"]


async def test_a_server_without_a_list_still_has_the_models_that_were_named() -> None:
    with serving() as server:
        (found,) = await discover(server, openai_models=("b",))
    assert (found.name, found.available, found.note) == ("openai:b", True, "")


async def test_a_server_that_is_away_is_a_note() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    settings = ProviderSettings(openai_base_url=f"{url}/v1", openai_models=("b",), ollama_url=url)
    _, openai, ollama = await Providers(settings).discover()
    assert (openai.name, openai.available) == ("openai:b", False)
    assert openai.note == f"{url.removeprefix('http://')} does not answer."
    assert (ollama.available, ollama.note) == (False, openai.note)


async def test_a_model_of_openai_has_the_efforts_that_it_is_known_to_take() -> None:
    providers = Providers(ProviderSettings(openai_api_key="key", ollama_url=""))
    efforts = {
        name: [effort.value for effort in (await providers.model(f"openai:{name}")).ability.efforts]
        for name in ("gpt-5", "gpt-5.1", "o3", "gpt-4.1")
    }
    assert efforts == {
        "gpt-5": ["minimal", "low", "medium", "high"],
        "gpt-5.1": ["none", "low", "medium", "high"],
        "o3": ["low", "medium", "high"],
        "gpt-4.1": [],
    }


async def test_models_of_openai_itself_speak_its_newer_language() -> None:
    chosen = await Providers(ProviderSettings(openai_api_key="key")).model("openai:gpt-5.1", effort="high")
    assert type(chosen.model).__name__ == "OpenAIResponsesModel"
    assert str(chosen.model.base_url).rstrip("/") == OPENAI_URL
    assert chosen.server == "OpenAI"
    assert chosen.settings.get("openai_reasoning_effort") == "high"


async def test_ollama_is_found_with_what_its_models_can_do() -> None:
    with serving(ollama=OLLAMA_MODELS) as server:
        found = {
            ability.name: ability
            for ability in await Providers(ProviderSettings(ollama_url=server.url)).discover()
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


async def test_a_model_that_is_not_there_is_a_fault() -> None:
    with serving(ollama=OLLAMA_MODELS) as server:
        providers = Providers(ProviderSettings(ollama_url=server.url))
        with pytest.raises(ModelMissing, match="Ollama has no model called mistral"):
            await providers.model("ollama:mistral")
        with pytest.raises(ModelMissing, match="No model called openai:gpt-5"):
            await providers.model("openai:gpt-5")
        with pytest.raises(ModelMissing):
            await providers.model("something")


async def test_an_effort_that_a_model_does_not_have_is_left_out() -> None:
    providers = Providers(ProviderSettings(openai_api_key="key"))
    chosen = await providers.model("openai:gpt-4.1", effort="high")
    assert "openai_reasoning_effort" not in chosen.settings


def test_finding_models_loads_no_model_library_before_it_is_needed() -> None:
    code = """
import sys
import sessions_app.agents.providers, sessions_app.agents.ports, sessions_app.agents.endings
print(sorted({"pydantic_ai", "openai", "httpx2", "django"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert run.stdout.strip() == "[]"


def test_a_key_is_not_shown_where_settings_are_printed() -> None:
    assert "secret" not in repr(ProviderSettings(openai_api_key="secret"))


async def discover(server: ModelServer, **settings: object) -> list[ModelAbility]:
    """The models of that server, without the demo."""
    every = ProviderSettings(openai_base_url=server.base_url, ollama_url="", **settings)  # type: ignore[arg-type]
    return list(await Providers(every).discover())[1:]
