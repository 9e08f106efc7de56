from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Provider = Literal["openai", "openai_compatible", "anthropic", "google", "ollama"]

_OWN_ADDRESSES: dict[Provider, str] = {
    "openai": "https://api.openai.com/v1",
    "openai_compatible": "",
    "anthropic": "https://api.anthropic.com",
    "google": "https://generativelanguage.googleapis.com",
    "ollama": "http://127.0.0.1:11434",
}
_OWN_NAMES: dict[Provider, str] = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "google": "Google",
    "ollama": "Ollama",
}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Connection:
    """A way to a server of models. `slug` begins the names of its models: "anthropic:claude-sonnet-5".

    An empty `base_url` is the provider's own address. `models` names those to offer; empty offers what the
    server lists. `efforts` states the levels of effort of models that nothing is known of, by name without
    the slug.
    """

    slug: str
    provider: Provider
    label: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    models: tuple[str, ...] = ()
    efforts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def url(self) -> str:
        """Where the server is, without a slash at its end."""
        return (self.base_url or _OWN_ADDRESSES[self.provider]).rstrip("/")

    @property
    def server(self) -> str:
        """The server in words: OpenAI, or host and port of one that is not the provider's own."""
        if self.url == _OWN_ADDRESSES[self.provider] or self.provider == "ollama":
            return _OWN_NAMES[self.provider]
        return server_name(self.url)

    def full_name(self, model: str) -> str:
        return f"{self.slug}:{model}"

    def stated_efforts(self, model: str) -> tuple[str, ...] | None:
        """What was said of a model's levels of effort, None when nothing."""
        return dict(self.efforts).get(model)


@dataclass(frozen=True)
class TimeLimits:
    """How long a server may take. `silence_seconds`: how long a model may say nothing, thinking included."""

    discovery_seconds: float = 2.0
    listing_seconds: float = 15.0  # of a server that lists its models bit by bit
    connect_seconds: float = 10.0
    silence_seconds: float = 300.0
    request_seconds: float = 1800.0


def own_address(provider: Provider) -> str:
    """Where the provider itself is; empty where it is not one place."""
    return _OWN_ADDRESSES[provider]


def server_name(url: str) -> str:
    """Host and port of a server, without what a person may have written before them."""
    return urlsplit(url).netloc.rpartition("@")[2] or url


def is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in _LOOPBACK
