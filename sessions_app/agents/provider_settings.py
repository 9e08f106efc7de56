"""Where models are found. The site fills this in from its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

OPENAI_URL = "https://api.openai.com/v1"
OLLAMA_URL = "http://127.0.0.1:11434"


@dataclass(frozen=True)
class ProviderSettings:
    """OpenAI, or a server that speaks its language, is used when it has a key or an address.

    `openai_models` names the models to offer; empty offers what the server lists. `model_efforts` states the
    effort levels of models that nothing is known of, by name ("openai:my-model", or "my-model"). An empty
    `ollama_url` means not to look for Ollama. `silence_timeout_seconds` is how long a model may say nothing,
    thinking included.
    """

    openai_api_key: str = field(default="", repr=False)
    openai_base_url: str = ""
    openai_models: tuple[str, ...] = ()
    ollama_url: str = OLLAMA_URL
    model_efforts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    discovery_timeout_seconds: float = 2.0
    connect_timeout_seconds: float = 10.0
    silence_timeout_seconds: float = 300.0
    request_timeout_seconds: float = 1800.0

    @property
    def openai_url(self) -> str:
        return (self.openai_base_url or OPENAI_URL).rstrip("/")

    @property
    def uses_openai(self) -> bool:
        return bool(self.openai_api_key or self.openai_base_url)

    def stated_efforts(self, name: str) -> tuple[str, ...] | None:
        """What the operator said of a model's effort levels, None when nothing."""
        return self.model_efforts.get(name, self.model_efforts.get(name.partition(":")[2]))
