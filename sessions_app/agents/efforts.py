"""Levels of reasoning effort: which a model takes, and how each is said to it.

OpenAI and its kin take a word, sent as it is. Anthropic's newer models take a word and think as they see
fit, its older ones a budget of tokens; Google's newer models take a level, its older ones a budget.
pydantic-ai knows which, and turns its unified `thinking` into budgets and levels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel

NONE = "none"

_LEVELS = ("low", "medium", "high")
_THINKING_CLAUDE = re.compile(r"claude-(?!2|instant|3-opus|3-sonnet|3-haiku|3-5)")


def known_efforts(model: Model) -> tuple[str, ...]:
    """The levels that pydantic-ai knows this model to take; empty where it knows none."""
    profile: Mapping[str, Any] = model.profile
    if isinstance(model, OpenAIChatModel | OpenAIResponsesModel):
        return _of_openai(profile)
    if not profile.get("supports_thinking", False):
        return ()
    return _of_anthropic(model.model_name, profile) if model.system == "anthropic" else _of_google(profile)


def effort_settings(model: Model, effort: str) -> dict[str, Any]:
    """What to send for a level. With none chosen nothing changes, but thoughts are asked to be shown."""
    profile: Mapping[str, Any] = model.profile
    if isinstance(model, OpenAIChatModel | OpenAIResponsesModel):
        # Not the unified `thinking`, which is dropped for models that pydantic-ai does not know.
        chosen = {"openai_reasoning_effort": effort} if effort else {}
        if isinstance(model, OpenAIResponsesModel) and thinks(model, effort):
            chosen["openai_reasoning_summary"] = "auto"  # not shown unless asked for
        return chosen
    if effort == NONE:
        return {"thinking": False}
    if model.system != "anthropic":
        return {"thinking": effort or True} if profile.get("supports_thinking", False) else {}
    if profile.get("anthropic_supports_adaptive_thinking", False):
        # The newest models show no thoughts unless asked to.
        shown = {"anthropic_thinking": {"type": "adaptive", "display": "summarized"}}
        if effort:
            return {**shown, "anthropic_effort": effort}
        return shown if profile.get("thinking_enabled_by_default", False) else {}
    return {"thinking": effort} if effort else {}


def thinks(model: Model, effort: str) -> bool:
    """Whether a request with that level, or with none chosen, has the model think before it answers."""
    profile: Mapping[str, Any] = model.profile
    if profile.get("thinking_always_enabled", False):
        return True
    if effort:
        return effort != NONE
    return bool(profile.get("thinking_enabled_by_default", False))


def _of_openai(profile: Mapping[str, Any]) -> tuple[str, ...]:
    if not profile.get("openai_supports_reasoning", False):
        return ()
    if (accepted := profile.get("openai_reasoning_efforts")) is not None:
        return tuple(accepted)
    return (NONE, *_LEVELS) if profile.get("openai_supports_reasoning_effort_none", False) else _LEVELS


def _of_anthropic(name: str, profile: Mapping[str, Any]) -> tuple[str, ...]:
    if not _THINKING_CLAUDE.match(name):
        return ()
    off = () if profile.get("thinking_always_enabled", False) else (NONE,)
    if not profile.get("anthropic_supports_effort", False):
        return (*off, "minimal", *_LEVELS, "max")
    above = {
        "xhigh": profile.get("anthropic_supports_xhigh_effort", False),
        "max": profile.get("anthropic_supports_max_effort", True),
    }
    return (*off, *_LEVELS, *(level for level, takes in above.items() if takes))


def _of_google(profile: Mapping[str, Any]) -> tuple[str, ...]:
    if profile.get("google_supports_thinking_level", True):
        levels = profile.get("google_thinking_levels", ("MINIMAL", "LOW", "MEDIUM", "HIGH"))
        return tuple(level.lower() for level in levels)
    return _LEVELS if profile.get("thinking_always_enabled", False) else (NONE, *_LEVELS)
