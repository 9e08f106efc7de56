"""Models of Google's Gemini API."""

from __future__ import annotations

import re

from sessions_app.agents.abilities import ModelAbility, efforts_from
from sessions_app.agents.connections import Connection, TimeLimits

from .listing import Said, by_name, fetch_json, tokens

_WORKS_NOT = re.compile(r"image|tts|audio|embedding|robotics|computer-use|live|veo|imagen|lyria|aqa")


async def listed(connection: Connection, limits: TimeLimits) -> dict[str, Said]:
    headers = {"x-goog-api-key": connection.api_key}
    answer = await fetch_json(connection, "/v1beta/models?pageSize=500", limits, headers=headers)
    models = by_name(answer, "models", "name", connection)
    return {name.removeprefix("models/"): said for name, said in models.items() if _works(name, said)}


def ability(name: str, connection: Connection, said: Said) -> ModelAbility:
    from sessions_app.agents import adapters, prices
    from sessions_app.agents.efforts import known_efforts

    model = adapters.make(name, connection, TimeLimits())
    stated = connection.stated_efforts(name)
    price = prices.per_million(name, connection)
    shown = said.get("displayName")
    return ModelAbility(
        name=connection.full_name(name),
        label=shown[:80] if isinstance(shown, str) and shown else name,
        provider=connection.server,
        efforts=efforts_from(known_efforts(model) if stated is None else stated),
        uses_tools=bool(model.profile.get("supports_tools", True)),
        sees_images=bool(model.profile.get("supports_image_input", True)),
        context_tokens=tokens(said, "inputTokenLimit") or model.context_window,
        price_in=price.given,
        price_out=price.made,
    ).checked()


def _works(name: str, said: Said) -> bool:
    """Only what generates content, and of that what answers in words."""
    methods = said.get("supportedGenerationMethods")
    return isinstance(methods, list) and "generateContent" in methods and not _WORKS_NOT.search(name)
