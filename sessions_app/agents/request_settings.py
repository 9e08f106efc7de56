"""What goes with every request to a model, beside what it is asked."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.settings import ModelSettings

from .abilities import NO_TEMPERATURE
from .connections import TimeLimits
from .efforts import effort_settings, thinks

_MOST_OF_ANTHROPIC = 1.0


class Settled(NamedTuple):
    """`adjusted` says in a sentence what of the wanted settings was left out or changed."""

    settings: ModelSettings
    adjusted: str = ""


def settle(model: Model, limits: TimeLimits, *, effort: str, temperature: float | None) -> Settled:
    """Time limits, no tries but ours, the effort and the temperature where they are chosen and can be had."""
    chosen: dict[str, Any] = {
        "max_retries": 0,
        "timeout": limits.silence_seconds,
        "first_event_timeout": limits.silence_seconds,
        "request_timeout": limits.request_seconds,
        **effort_settings(model, effort),
    }
    if isinstance(model, OpenAIResponsesModel):
        chosen["openai_store"] = False
    adjusted = ""
    if temperature is not None:
        if refuses_temperature(model, effort):
            adjusted = NO_TEMPERATURE
        elif model.system == "anthropic" and temperature > _MOST_OF_ANTHROPIC:
            chosen["temperature"] = _MOST_OF_ANTHROPIC
            adjusted = "This model takes a temperature of at most 1. It was asked with 1."
        else:
            chosen["temperature"] = temperature
    return Settled(cast("ModelSettings", chosen), adjusted)


def refuses_temperature(model: Model, effort: str) -> bool:
    """Whether pydantic-ai knows that a request with this effort is refused if it has a temperature."""
    profile: dict[str, Any] = dict(model.profile)
    if isinstance(model, OpenAIChatModel | OpenAIResponsesModel):
        return bool(profile.get("openai_supports_reasoning", False)) and thinks(model, effort)
    if model.system == "anthropic":
        return bool(profile.get("anthropic_disallows_sampling_settings", False)) or thinks(model, effort)
    return False
