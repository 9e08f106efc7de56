"""Models of OpenAI, and of any server that speaks its language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .abilities import ModelAbility, efforts_from
from .in_turn import in_turn
from .listing import ListingFailed, fetch_json, server_name
from .provider_settings import OPENAI_URL, ProviderSettings

PREFIX = "openai:"

_CHATS_AT_OPENAI = re.compile(r"(gpt-[4-9]|chatgpt-|o[1-9])")
_CHATS_NOT = re.compile(
    r"embed|rerank|whisper|tts|audio|realtime|transcribe|image|dall-e|moderation|instruct|search|sora|live",
    re.IGNORECASE,
)
_BLIND_AT_OPENAI = re.compile(r"gpt-3\.5|gpt-4(-\d{4}.*)?$|o1-(mini|preview)|o3-mini")


async def discover(settings: ProviderSettings) -> Sequence[ModelAbility]:
    """The models of this server. One that cannot be asked leaves a note."""
    if not settings.uses_openai:
        return ()
    try:
        listed = await _listed(settings)
    except ListingFailed as failed:
        # A server without a list may serve models all the same; one that refuses the key does not.
        usable = failed.status is not None and failed.status not in (401, 403)
        return [_unlisted(name, settings, failed, usable=usable) for name in settings.openai_models or ("",)]
    names = settings.openai_models or tuple(name for name in listed if _chats(name, settings))
    if not names:
        return [
            _unlisted("", settings, ListingFailed(f"{server_name(settings.openai_url)} lists no models."))
        ]
    return await in_turn(lambda: [ability(name, settings, listed.get(name, {})) for name in names])


def ability(name: str, settings: ProviderSettings, listed: Mapping[str, Any]) -> ModelAbility:
    """What one model can do, from the operator, the server's list, and what pydantic-ai knows by its name."""
    from .adapters import known_efforts, openai_model

    full_name = f"{PREFIX}{name}"
    model = openai_model(name, settings)
    efforts = settings.stated_efforts(full_name)
    return ModelAbility(
        name=full_name,
        label=name,
        provider=server_name(settings.openai_url),
        efforts=efforts_from(known_efforts(model) if efforts is None else efforts),
        sees_images=_sees_images(name, settings, listed),
        context_tokens=_context_tokens(listed) or model.context_window,
    )


async def _listed(settings: ProviderSettings) -> dict[str, dict[str, Any]]:
    answer = await fetch_json(
        f"{settings.openai_url}/models",
        timeout_seconds=settings.discovery_timeout_seconds,
        key=settings.openai_api_key,
    )
    models = answer.get("data")
    if not isinstance(models, list):
        raise ListingFailed(
            f"{server_name(settings.openai_url)} answered with something that is no list of models."
        )
    return {str(model["id"]): model for model in models if isinstance(model, dict) and model.get("id")}


def _chats(name: str, settings: ProviderSettings) -> bool:
    if _CHATS_NOT.search(name):
        return settings.openai_url != OPENAI_URL and "instruct" in name.lower()
    return settings.openai_url != OPENAI_URL or _CHATS_AT_OPENAI.match(name) is not None


def _unlisted(
    name: str, settings: ProviderSettings, failed: ListingFailed, *, usable: bool = False
) -> ModelAbility:
    if name and usable:
        return ability(name, settings, {})
    server = server_name(settings.openai_url)
    note = str(failed)
    return ModelAbility(f"{PREFIX}{name}", name or server, server, available=False, note=note)


def _sees_images(name: str, settings: ProviderSettings, listed: Mapping[str, Any]) -> bool:
    """Assumed where nothing is said: a server that refuses a picture is asked again without."""
    architecture = listed.get("architecture")
    if isinstance(architecture, dict) and isinstance(architecture.get("input_modalities"), list):
        return "image" in architecture["input_modalities"]
    return settings.openai_url != OPENAI_URL or _BLIND_AT_OPENAI.match(name) is None


def _context_tokens(listed: Mapping[str, Any]) -> int | None:
    """OpenRouter says context_length, vLLM max_model_len, LM Studio max_context_length."""
    for key in ("context_length", "max_model_len", "max_context_length"):
        if isinstance(listed.get(key), int):
            return int(listed[key])
    return None
