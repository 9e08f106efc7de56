"""What goes with every request to a model, beside what it is asked."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.settings import ModelSettings

from .abilities import NO_TEMPERATURE, Wishes
from .connections import TimeLimits
from .efforts import effort_settings, thinks

_MOST_OF_ANTHROPIC = 1.0


class Settled(NamedTuple):
    """`adjusted` says in a sentence what of the wanted settings was left out or changed."""

    settings: ModelSettings
    adjusted: str = ""


def settle(model: Model, limits: TimeLimits, wishes: Wishes) -> Settled:
    """Time limits, no tries but ours, a cache, and of the wishes what this model takes."""
    effort, temperature = wishes.effort, wishes.temperature
    chosen: dict[str, Any] = {
        "max_retries": 0,
        "timeout": limits.silence_seconds,
        "first_event_timeout": limits.silence_seconds,
        "request_timeout": limits.request_seconds,
        **effort_settings(model, effort),
        **_cached(model, wishes.conversation),
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


def _cached(model: Model, conversation: str) -> dict[str, Any]:
    """What lets a server read again, at a tenth of the price, what it was sent with the last question.

    Anthropic is told where to: after the tools, the instructions and the newest message. OpenAI finds it by
    itself, sooner when questions of one conversation bear its name. Google needs to be told nothing.
    """
    if model.system == "anthropic":
        # Marks at each place, not its one setting for all: servers that speak its language know them longer.
        places = ("tool_definitions", "instructions", "messages")
        return {f"anthropic_cache_{place}": True for place in places}
    if isinstance(model, OpenAIResponsesModel) and conversation:
        return {"openai_prompt_cache_key": conversation}
    return {}


def refuses_temperature(model: Model, effort: str) -> bool:
    """Whether pydantic-ai knows that a request with this effort is refused if it has a temperature."""
    profile: dict[str, Any] = dict(model.profile)
    if isinstance(model, OpenAIChatModel | OpenAIResponsesModel):
        return bool(profile.get("openai_supports_reasoning", False)) and thinks(model, effort)
    if model.system == "anthropic":
        return bool(profile.get("anthropic_disallows_sampling_settings", False)) or thinks(model, effort)
    return False
