"""Models of Anthropic, and of servers that speak its language."""

from __future__ import annotations

from sessions_app.agents.abilities import ModelAbility, efforts_from
from sessions_app.agents.connections import Connection, TimeLimits

from .listing import Said, bearer, by_name, fetch_json, tokens

_VERSION = "2023-06-01"


async def listed(connection: Connection, limits: TimeLimits) -> dict[str, Said]:
    headers = {**bearer(connection), "anthropic-version": _VERSION}
    answer = await fetch_json(connection, "/v1/models?limit=500", limits, headers=headers)
    return by_name(answer, "data", "id", connection)


def ability(name: str, connection: Connection, said: Said) -> ModelAbility:
    from sessions_app.agents import adapters, prices
    from sessions_app.agents.efforts import known_efforts

    model = adapters.make(name, connection, TimeLimits())
    stated = connection.stated_efforts(name)
    price = prices.per_million(name, connection)
    shown = said.get("display_name")
    return ModelAbility(
        name=connection.full_name(name),
        label=shown[:80] if isinstance(shown, str) and shown else name,
        provider=connection.server,
        efforts=efforts_from(known_efforts(model) if stated is None else stated),
        sees_images=True,
        context_tokens=tokens(said, "max_input_tokens") or model.context_window,
        price_in=price.given,
        price_out=price.made,
    )
