"""pydantic-ai's models, made for our servers. Imported on first use: it takes half a second."""

from __future__ import annotations

from functools import cache

import httpx2
from pydantic_ai.models import Model
from pydantic_ai.models.ollama import OllamaModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel, OpenAIResponsesModelSettings
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from .listing import is_loopback, server_name
from .provider_settings import OPENAI_URL, ProviderSettings


def openai_model(name: str, settings: ProviderSettings) -> Model:
    """OpenAI's own models speak the Responses API, which alone lets all of them think between tool calls."""
    url = settings.openai_url
    client = _http_client(url, settings.connect_timeout_seconds, settings.silence_timeout_seconds)
    if url == OPENAI_URL:
        openai = OpenAIProvider(base_url=url, api_key=settings.openai_api_key, http_client=client)
        return OpenAIResponsesModel(name, provider=openai)
    other = OpenAICompatibleProvider(
        server_name(url), base_url=url, api_key=settings.openai_api_key or None, http_client=client
    )
    return OpenAIChatModel(name, provider=other)


def ollama_model(name: str, settings: ProviderSettings) -> Model:
    url = f"{settings.ollama_url.rstrip('/')}/v1"
    client = _http_client(url, settings.connect_timeout_seconds, settings.silence_timeout_seconds)
    return OllamaModel(name, provider=OllamaProvider(base_url=url, http_client=client))


def request_settings(settings: ProviderSettings, model: Model, *, effort: str) -> ModelSettings:
    """Time limits, no tries but ours, and the effort if one is chosen.

    The effort is not the unified `thinking`, which is dropped for models that pydantic-ai does not know.
    """
    chosen = OpenAIResponsesModelSettings(
        max_retries=0,
        timeout=settings.silence_timeout_seconds,
        first_event_timeout=settings.silence_timeout_seconds,
        request_timeout=settings.request_timeout_seconds,
    )
    if isinstance(model, OpenAIResponsesModel):
        chosen["openai_store"] = False
    if effort:
        chosen["openai_reasoning_effort"] = effort  # type: ignore[typeddict-item]
    return chosen


def known_efforts(model: Model) -> tuple[str, ...]:
    """The levels that pydantic-ai knows this model to take; empty where it knows none."""
    profile: OpenAIModelProfile = model.profile  # type: ignore[assignment]
    if not profile.get("openai_supports_reasoning", False):
        return ()
    if (accepted := profile.get("openai_reasoning_efforts")) is not None:
        return tuple(accepted)
    levels = ("low", "medium", "high")
    return ("none", *levels) if profile.get("openai_supports_reasoning_effort_none", False) else levels


@cache
def _http_client(
    url: str, connect_timeout_seconds: float, silence_timeout_seconds: float
) -> httpx2.AsyncClient:
    """The one client for a server. Requests to this machine itself go through no proxy."""
    timeout = httpx2.Timeout(silence_timeout_seconds, connect=connect_timeout_seconds)
    return httpx2.AsyncClient(timeout=timeout, trust_env=not is_loopback(url))
