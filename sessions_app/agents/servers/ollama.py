"""Models of an Ollama on this machine, found without being told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from .abilities import Effort, ModelAbility, efforts_from
from .listing import ListingFailed, fetch_json
from .provider_settings import OLLAMA_URL, ProviderSettings

PREFIX = "ollama:"
PROVIDER = "Ollama"

# Ollama thinks or does not; only gpt-oss knows levels. https://docs.ollama.com/capabilities/thinking
_ON_OFF = (
    Effort("none", "Off", "Answers at once, without thinking first."),
    Effort("medium", "On", "Thinks first."),
)
_LEVELS = ("low", "medium", "high")


async def discover(settings: ProviderSettings) -> Sequence[ModelAbility]:
    """The models of Ollama. None running where nobody said that one runs is nothing to mention."""
    if not settings.ollama_url:
        return ()
    try:
        answer = await fetch_json(
            f"{settings.ollama_url.rstrip('/')}/api/tags", timeout_seconds=settings.discovery_timeout_seconds
        )
    except ListingFailed as failed:
        if settings.ollama_url == OLLAMA_URL:
            return ()
        return [ModelAbility(PREFIX, PROVIDER, PROVIDER, available=False, note=str(failed))]
    tags = answer.get("models")
    names = [str(tag["name"]) for tag in tags if isinstance(tag, dict) and tag.get("name")] if tags else []
    return [found for found in await asyncio.gather(*(_found(name, settings) for name in names)) if found]


async def _found(name: str, settings: ProviderSettings) -> ModelAbility | None:
    """The model, or None when it cannot chat (an embedding model)."""
    try:
        shown = await show(name, settings)
    except ListingFailed as failed:
        return ModelAbility(f"{PREFIX}{name}", name, PROVIDER, available=False, note=str(failed))
    capabilities = shown.get("capabilities")
    return None if capabilities and "completion" not in capabilities else ability(name, settings, shown)


async def show(name: str, settings: ProviderSettings) -> dict[str, Any]:
    """What Ollama knows of one model. Raises ListingFailed."""
    url = f"{settings.ollama_url.rstrip('/')}/api/show"
    return await fetch_json(url, timeout_seconds=settings.discovery_timeout_seconds, body={"model": name})


def ability(name: str, settings: ProviderSettings, shown: Mapping[str, Any]) -> ModelAbility:
    full_name = f"{PREFIX}{name}"
    capabilities = shown.get("capabilities") or ()
    uses_tools = not capabilities or "tools" in capabilities
    stated = settings.stated_efforts(full_name)
    return ModelAbility(
        name=full_name,
        label=name.removesuffix(":latest"),
        provider=PROVIDER,
        efforts=_efforts(name, capabilities) if stated is None else efforts_from(stated),
        sees_images="vision" in capabilities,
        context_tokens=_context_tokens(shown.get("model_info")),
        available=uses_tools,
        note="" if uses_tools else "This model cannot use tools, so it can do no work.",
    )


def _efforts(name: str, capabilities: Sequence[str]) -> tuple[Effort, ...]:
    if "thinking" not in capabilities:
        return ()
    return efforts_from(_LEVELS) if name.startswith("gpt-oss") else _ON_OFF


def _context_tokens(model_info: object) -> int | None:
    """The longest that the model was made for; Ollama itself may be set to less."""
    if not isinstance(model_info, dict):
        return None
    lengths = (value for key, value in model_info.items() if key.endswith(".context_length"))
    return next((length for length in lengths if isinstance(length, int)), None)
