from __future__ import annotations

import socket
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.usage import RequestUsage

from sessions_app.agents.abilities import ModelAbility
from sessions_app.agents.connections import Connection
from sessions_app.agents.demo.ability import DEMO_ABILITY
from sessions_app.agents.prices import PerMillion, per_million, price_of

MILLION = RequestUsage(input_tokens=1_000_000, output_tokens=100_000)
SOME_MODEL = ModelAbility("openai:some", "some", "OpenAI")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices come from a list on this machine: whoever tries to look one up elsewhere fails here."""

    def connect(*_: Any) -> None:
        raise AssertionError("A price was looked up over the network.")

    monkeypatch.setattr(socket.socket, "connect", connect)


def test_an_answer_costs_what_the_list_says() -> None:
    answered = response("gpt-5.1", "openai", "https://api.openai.com/v1/")
    assert price_of(answered, SOME_MODEL) == Decimal("2.25")


def test_what_was_read_from_a_cache_costs_less() -> None:
    cached = RequestUsage(input_tokens=1_000_000, cache_read_tokens=1_000_000)
    answered = response("gpt-5.1", "openai", "https://api.openai.com/v1/", usage=cached)
    assert price_of(answered, SOME_MODEL) == Decimal("0.125")


def test_a_proxy_before_a_provider_costs_what_the_provider_does() -> None:
    answered = response("claude-sonnet-4-6", "anthropic", "http://127.0.0.1:4000")
    assert price_of(answered, SOME_MODEL) == Decimal("4.5")


@pytest.mark.parametrize(
    ("model", "provider", "url"),
    [
        ("gpt-5.1", "127.0.0.1:8080", "http://127.0.0.1:8080/v1/"),
        ("my-own", "openai", "https://api.openai.com/v1/"),
        ("gpt-5.1", None, None),
    ],
)
def test_what_nobody_knows_the_price_of_is_unknown_and_not_nothing(
    model: str, provider: str | None, url: str | None
) -> None:
    assert price_of(response(model, provider, url), SOME_MODEL) is None


def test_an_answer_that_does_not_say_what_it_used_has_no_known_price() -> None:
    silent = response("gpt-5.1", "openai", "https://api.openai.com/v1/", usage=RequestUsage())
    assert price_of(silent, SOME_MODEL) is None


def test_the_demo_and_a_model_on_this_machine_cost_nothing() -> None:
    here = ModelAbility("ollama:q", "q", "Ollama", price_in=Decimal(0), price_out=Decimal(0))
    answered = response("q", "ollama", "http://127.0.0.1:11434/v1/")
    assert price_of(answered, DEMO_ABILITY) == price_of(answered, here) == 0
    assert price_of(answered, ModelAbility("ollama:q", "q", "Ollama")) is None


@pytest.mark.parametrize(
    ("name", "connection", "price"),
    [
        ("gpt-5.1", Connection("openai", "openai", "OpenAI"), PerMillion(Decimal("1.25"), Decimal(10))),
        (
            "claude-sonnet-4-6",
            Connection("anthropic", "anthropic", "Anthropic"),
            PerMillion(Decimal(3), Decimal(15)),
        ),
        (
            "gemini-2.5-pro",
            Connection("google", "google", "Google"),
            PerMillion(Decimal("1.25"), Decimal(10)),
        ),
        (
            "anthropic/claude-sonnet-4.5",
            Connection("router", "openai_compatible", "OpenRouter", "https://openrouter.ai/api/v1"),
            PerMillion(Decimal(3), Decimal(15)),
        ),
        ("gpt-5.1", Connection("mine", "openai_compatible", "Mine", "http://127.0.0.1:80/v1"), PerMillion()),
        ("my-own", Connection("openai", "openai", "OpenAI"), PerMillion()),
    ],
)
def test_a_model_has_a_price_where_its_server_is_known(
    name: str, connection: Connection, price: PerMillion
) -> None:
    assert per_million(name, connection) == price


def response(
    model: str, provider: str | None, url: str | None, *, usage: RequestUsage = MILLION
) -> ModelResponse:
    return ModelResponse(
        parts=[TextPart("Hello.")],
        usage=usage,
        model_name=model,
        provider_name=provider,
        provider_url=url,
        timestamp=datetime(2026, 11, 1, tzinfo=UTC),
    )
