from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from sessions_app.agents.connections import Connection
from sessions_app.agents.endings import ModelMissing
from sessions_app.agents.providers import Providers

from .model_server.script import Says
from .model_server.server import ModelServer, serving

OPENAI = Connection("openai", "openai", "OpenAI", api_key="key")


async def test_without_any_server_there_is_the_demo() -> None:
    (demo,) = await Providers().discover()
    assert (demo.name, demo.available) == ("demo", True)
    assert [effort.value for effort in demo.efforts] == ["quick", "careful", "thorough"]
    assert "without any AI" in demo.note


async def test_a_server_that_is_away_is_a_note() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    there = Connection("openai", "openai_compatible", "There", f"{url}/v1", models=("b",))
    _, openai, ollama = await Providers([there, Connection("ollama", "ollama", "Ollama", url)]).discover()
    assert (openai.name, openai.available) == ("openai:b", False)
    assert openai.note == f"{url.removeprefix('http://')} does not answer."
    assert (ollama.name, ollama.available, ollama.note) == ("ollama:", False, "Ollama does not answer.")


async def test_a_model_of_openai_has_the_efforts_that_it_is_known_to_take() -> None:
    providers = Providers([OPENAI])
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
    chosen = await Providers([OPENAI]).model("openai:gpt-5.1", effort="high")
    assert type(chosen.model).__name__ == "OpenAIResponsesModel"
    assert str(chosen.model.base_url).rstrip("/") == "https://api.openai.com/v1"
    assert chosen.server == "OpenAI"
    assert chosen.settings.get("openai_reasoning_effort") == "high"


async def test_a_model_that_is_not_there_is_a_fault() -> None:
    with serving(ollama={"qwen3": {}}) as server:
        providers = Providers([ollama_at(server)])
        with pytest.raises(ModelMissing, match="Ollama has no model called mistral"):
            await providers.model("ollama:mistral")
        with pytest.raises(ModelMissing, match="No model called openai:gpt-5"):
            await providers.model("openai:gpt-5")
        with pytest.raises(ModelMissing):
            await providers.model("something")


async def test_an_effort_that_a_model_does_not_have_is_left_out() -> None:
    providers = Providers([OPENAI])
    chosen = await providers.model("openai:gpt-4.1", effort="high")
    assert "openai_reasoning_effort" not in chosen.settings


async def test_a_spaces_own_connection_serves_that_space_alone() -> None:
    own = Connection("mine", "openai_compatible", "Mine", "http://127.0.0.1:9/v1", "key of space 1")

    async def find(slug: str, space: int) -> Connection | None:
        return own if (slug, space) == ("mine", 1) else None

    providers = Providers([OPENAI], find)
    chosen = await providers.model("mine:some", space=1)
    assert (chosen.ability.name, chosen.server) == ("mine:some", "127.0.0.1:9")
    assert (await providers.model("openai:gpt-5.1", space=2)).server == "OpenAI"
    with pytest.raises(ModelMissing, match="No model called mine:some"):
        await providers.model("mine:some", space=2)


async def test_a_changed_key_is_used_from_the_next_question_on() -> None:
    keys = iter(("old", "old", "new"))

    async def find(slug: str, space: int) -> Connection | None:
        return Connection("mine", "openai_compatible", "Mine", "http://127.0.0.1:9/v1", next(keys))

    providers = Providers(find=find)
    first, again, changed = [(await providers.model("mine:some", space=1)).model for _ in range(3)]
    assert first is again
    assert changed is not first


async def test_without_a_key_none_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "the operator's")
    with serving([Says("Ready.")], models=[{"id": "a"}]) as server:
        there = Connection("mine", "openai_compatible", "Mine", server.base_url)
        assert (await Providers().test(there)).ok
    assert len(server.keys) == 2
    assert "operator" not in str(server.keys)


def test_finding_models_loads_no_model_library_before_it_is_needed() -> None:
    code = """
import sys
import sessions_app.agents.providers, sessions_app.agents.ports, sessions_app.agents.endings
print(sorted({"pydantic_ai", "openai", "httpx2", "django"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert run.stdout.strip() == "[]"


def test_a_key_is_not_shown_where_settings_are_printed() -> None:
    assert "secret" not in repr(Connection("openai", "openai", "OpenAI", api_key="secret"))


def ollama_at(server: ModelServer) -> Connection:
    return Connection("ollama", "ollama", "Ollama", server.url)
