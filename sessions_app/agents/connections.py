from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Provider = Literal["openai", "openai_compatible", "anthropic", "google", "ollama"]


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
