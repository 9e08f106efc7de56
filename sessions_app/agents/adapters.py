"""pydantic-ai's models, made for our connections. Imported on first use: it takes half a second.

Each provider's own library is imported when the first of its models is made.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import httpx2
from pydantic_ai.models import Model, create_async_httpx2_client

from .connections import Connection, Provider, TimeLimits, is_loopback

# Without one a library takes a key from the environment, and sends it to whoever is at the address.
_NO_KEY = "no-key"


def make(name: str, connection: Connection, limits: TimeLimits) -> Model:
    """The model of that name, over the connection."""
    client = _http_client(connection.url, limits.connect_seconds, limits.silence_seconds)
    return _MAKERS[connection.provider](name, connection, client)


def _openai(name: str, connection: Connection, client: httpx2.AsyncClient) -> Model:
    """OpenAI's own models speak the Responses API, which alone lets all of them think between tool calls."""
    from pydantic_ai.models.openai import OpenAIResponsesModel
    from pydantic_ai.providers.openai import OpenAIProvider

    key = connection.api_key or _NO_KEY
    provider = OpenAIProvider(base_url=connection.url, api_key=key, http_client=client)
    return OpenAIResponsesModel(name, provider=provider)


def _openai_compatible(name: str, connection: Connection, client: httpx2.AsyncClient) -> Model:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    provider = OpenAICompatibleProvider(
        connection.server, base_url=connection.url, api_key=connection.api_key or None, http_client=client
    )
    return OpenAIChatModel(name, provider=provider)


def _ollama(name: str, connection: Connection, client: httpx2.AsyncClient) -> Model:
    from pydantic_ai.models.ollama import OllamaModel
    from pydantic_ai.providers.ollama import OllamaProvider

    key = connection.api_key or _NO_KEY
    provider = OllamaProvider(base_url=f"{connection.url}/v1", api_key=key, http_client=client)
    return OllamaModel(name, provider=provider)


def _anthropic(name: str, connection: Connection, client: httpx2.AsyncClient) -> Model:
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    key = connection.api_key or _NO_KEY
    provider = AnthropicProvider(base_url=connection.url, api_key=key, http_client=client)
    return AnthropicModel(name, provider=provider)


def _google(name: str, connection: Connection, client: httpx2.AsyncClient) -> Model:
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    key = connection.api_key or _NO_KEY
    provider = GoogleProvider(base_url=connection.url, api_key=key, http_client=client)
    return GoogleModel(name, provider=provider)


_MAKERS: dict[Provider, Callable[[str, Connection, httpx2.AsyncClient], Model]] = {
    "openai": _openai,
    "openai_compatible": _openai_compatible,
    "anthropic": _anthropic,
    "google": _google,
    "ollama": _ollama,
}


@cache
def _http_client(url: str, connect_seconds: float, silence_seconds: float) -> httpx2.AsyncClient:
    """The one client for a server. Requests to this machine itself go through no proxy."""
    timeout = httpx2.Timeout(silence_seconds, connect=connect_seconds)
    direct: Any = httpx2.AsyncHTTPTransport() if is_loopback(url) else None
    return create_async_httpx2_client(timeout=timeout, transport=direct)
