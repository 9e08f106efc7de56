from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from pytest_django import Settings

from sessions_app.agents.connections import Connection
from sessions_app.management import environment

AtHand: TypeAlias = Callable[..., dict[str, Connection]]

NOTHING: dict[str, Any] = {
    **dict.fromkeys(("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"), ""),
    **dict.fromkeys(("GOOGLE_API_KEY", "GOOGLE_BASE_URL", "OLLAMA_URL"), ""),
    **{"OPENAI_MODELS": [], "MODEL_EFFORTS": {}},
}


def test_an_environment_that_names_nothing_has_no_models(at_hand: AtHand) -> None:
    assert at_hand() == {}


def test_a_key_is_enough_for_a_provider(at_hand: AtHand) -> None:
    found = at_hand(OPENAI_API_KEY="a", ANTHROPIC_API_KEY="b", GOOGLE_API_KEY="c")
    assert {slug: (each.provider, each.api_key) for slug, each in found.items()} == {
        "openai": ("openai", "a"),
        "anthropic": ("anthropic", "b"),
        "google": ("google", "c"),
    }


def test_another_address_speaks_the_language_that_all_servers_know(at_hand: AtHand) -> None:
    (there,) = at_hand(OPENAI_BASE_URL="http://127.0.0.1:8080/v1/", OPENAI_MODELS=["a"]).values()
    assert (there.provider, there.url, there.models) == (
        "openai_compatible",
        "http://127.0.0.1:8080/v1",
        ("a",),
    )
    (itself,) = at_hand(OPENAI_BASE_URL="https://api.openai.com/v1/").values()
    assert (itself.provider, itself.server) == ("openai", "OpenAI")


def test_efforts_are_stated_with_or_without_the_name_of_the_connection(at_hand: AtHand) -> None:
    for name in ("mine", "openai:mine"):
        (there,) = at_hand(OPENAI_API_KEY="a", MODEL_EFFORTS={name: "low|high"}).values()
        assert there.stated_efforts("mine") == ("low", "high")
        assert there.stated_efforts("other") is None


@pytest.mark.parametrize("provider", ["anthropic", "google"])
def test_efforts_can_be_stated_of_every_provider(at_hand: AtHand, provider: str) -> None:
    key = f"{provider.upper()}_API_KEY"
    (there,) = at_hand(**{key: "a", "MODEL_EFFORTS": {f"{provider}:mine": "low|high"}}).values()
    assert there.stated_efforts("mine") == ("low", "high")


def test_an_ollama_at_its_usual_place_was_named_by_nobody(at_hand: AtHand) -> None:
    assert at_hand(OLLAMA_URL="http://127.0.0.1:11434")["ollama"].base_url == ""
    assert at_hand(OLLAMA_URL="http://10.0.0.2:11434")["ollama"].base_url == "http://10.0.0.2:11434"


@pytest.fixture
def at_hand(settings: Settings) -> AtHand:
    def at_hand(**named: Any) -> dict[str, Connection]:
        for name, value in (NOTHING | named).items():
            setattr(settings, name, value)
        return {connection.slug: connection for connection in environment.connections()}

    return at_hand
