"""The ways to models that the environment names. Every space may use them."""

from __future__ import annotations

from django.conf import settings

from sessions_app.agents.connections import Connection, own_address


def connections() -> list[Connection]:
    named = (_openai(), _anthropic(), _google(), _ollama())
    return [connection for connection in named if connection is not None]


def _openai() -> Connection | None:
    """OpenAI, or with an address of its own a server that speaks its older language."""
    key, url = settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL.rstrip("/")
    if not (key or url):
        return None
    at_openai = url in ("", own_address("openai"))
    return Connection(
        slug="openai",
        provider="openai" if at_openai else "openai_compatible",
        label="OpenAI" if at_openai else "OpenAI-compatible",
        base_url="" if at_openai else url,
        api_key=key,
        models=tuple(settings.OPENAI_MODELS),
        efforts=_stated_efforts("openai"),
    )


def _anthropic() -> Connection | None:
    key, url = settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL
    if not (key or url):
        return None
    return Connection("anthropic", "anthropic", "Anthropic", url, key, efforts=_stated_efforts("anthropic"))


def _google() -> Connection | None:
    key, url = settings.GOOGLE_API_KEY, settings.GOOGLE_BASE_URL
    if not (key or url):
        return None
    return Connection("google", "google", "Google", url, key, efforts=_stated_efforts("google"))


def _ollama() -> Connection | None:
    url = settings.OLLAMA_URL.rstrip("/")
    if not url:
        return None
    base_url = "" if url == own_address("ollama") else url
    return Connection("ollama", "ollama", "Ollama", base_url, efforts=_stated_efforts("ollama"))


def _stated_efforts(slug: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """By name without the slug; whoever states them may write it with or without."""
    stated = settings.MODEL_EFFORTS.items()
    return tuple((name.removeprefix(f"{slug}:"), tuple(levels.split("|"))) for name, levels in stated)
