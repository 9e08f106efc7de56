"""Models of an Ollama: each tells what it can do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

from sessions_app.agents.abilities import Effort, ModelAbility, efforts_from
from sessions_app.agents.connections import Connection, TimeLimits, is_loopback

from .listing import ListingFailed, Said, by_name, fetch_json

# Ollama thinks or does not; only gpt-oss knows levels. https://docs.ollama.com/capabilities/thinking
_ON_OFF = (
    Effort("none", "Off", "Answers at once, without thinking first."),
    Effort("medium", "On", "Thinks first."),
)
_LEVELS = ("low", "medium", "high")


async def listed(connection: Connection, limits: TimeLimits) -> dict[str, Said]:
    answer = await fetch_json(connection, "/api/tags", limits)
    names = list(by_name({"models": [], **answer}, "models", "name", connection))
    shown = await asyncio.gather(*(_shown(name, connection, limits) for name in names))
    return {name: said for name, said in zip(names, shown, strict=True) if _chats(said)}


async def show(name: str, connection: Connection, limits: TimeLimits) -> Said:
    """What Ollama knows of one model. Raises ListingFailed."""
    return await fetch_json(connection, "/api/show", limits, body={"model": name})


async def _shown(name: str, connection: Connection, limits: TimeLimits) -> Said:
    try:
        return await show(name, connection, limits)
    except ListingFailed as failed:
        return {"failed": str(failed)}


def ability(name: str, connection: Connection, said: Said) -> ModelAbility:
    capabilities = said.get("capabilities") or ()
    stated = connection.stated_efforts(name)
    price = Decimal(0) if is_loopback(connection.url) else None
    return ModelAbility(
        name=connection.full_name(name),
        label=name.removesuffix(":latest"),
        provider=connection.server,
        efforts=_efforts(name, capabilities) if stated is None else efforts_from(stated),
        uses_tools=not capabilities or "tools" in capabilities,
        sees_images="vision" in capabilities,
        context_tokens=_context_tokens(said.get("model_info")),
        price_in=price,
        price_out=price,
        available="failed" not in said,
        note=said.get("failed", ""),
    ).checked()


def _chats(said: Said) -> bool:
    """An embedding model does not."""
    return not said.get("capabilities") or "completion" in said["capabilities"]


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
