"""Which models are sent a temperature, and what is said where they are not."""

from __future__ import annotations

import pytest

from sessions_app.agents.abilities import NO_TEMPERATURE
from sessions_app.agents.connections import Connection, Provider
from sessions_app.agents.providers import Providers

AT_MOST_1 = "This model takes a temperature of at most 1. It was asked with 1."


@pytest.mark.parametrize(
    ("provider", "model", "effort", "wanted", "sent", "adjusted"),
    [
        ("openai_compatible", "some", "", 0.2, 0.2, ""),
        ("openai", "gpt-4.1", "", 2.0, 2.0, ""),
        ("openai", "gpt-5.1", "", 0.2, 0.2, ""),
        ("openai", "gpt-5.1", "none", 0.2, 0.2, ""),
        ("openai", "gpt-5.1", "low", 0.2, None, NO_TEMPERATURE),
        ("openai", "gpt-5", "", 0.2, None, NO_TEMPERATURE),
        ("openai", "o3", "", 0.2, None, NO_TEMPERATURE),
        ("anthropic", "claude-haiku-4-5", "", 0.0, 0.0, ""),
        ("anthropic", "claude-haiku-4-5", "", 1.5, 1.0, AT_MOST_1),
        ("anthropic", "claude-haiku-4-5", "low", 0.2, None, NO_TEMPERATURE),
        ("anthropic", "claude-opus-5", "none", 0.2, None, NO_TEMPERATURE),
        ("google", "gemini-3-flash-preview", "high", 2.0, 2.0, ""),
        ("openai", "gpt-5", "", None, None, ""),
    ],
)
async def test_a_temperature_is_sent_where_the_model_takes_one(
    provider: Provider, model: str, effort: str, wanted: float | None, sent: float | None, adjusted: str
) -> None:
    providers = Providers([Connection("here", provider, "Here", "http://127.0.0.1:9", "key")])
    chosen = await providers.model(f"here:{model}", effort=effort, temperature=wanted)
    assert (chosen.settings.get("temperature"), chosen.adjusted) == (sent, adjusted)


async def test_the_demo_is_asked_as_ever() -> None:
    chosen = await Providers().model("demo", temperature=1.0)
    assert (chosen.settings, chosen.adjusted) == ({}, "")
