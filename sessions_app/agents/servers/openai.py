"""Models of OpenAI, and of any server that speaks its language."""

from __future__ import annotations

import re

from sessions_app.agents.abilities import ModelAbility, efforts_from
from sessions_app.agents.connections import Connection, TimeLimits

from .listing import Said, bearer, by_name, fetch_json, tokens

_CHATS_AT_OPENAI = re.compile(r"(gpt-[4-9]|chatgpt-|o[1-9])")
_CHATS_NOT = re.compile(
    r"embed|rerank|whisper|tts|audio|realtime|transcribe|image|dall-e|moderation|instruct|search|sora|live",
    re.IGNORECASE,
)
_BLIND_AT_OPENAI = re.compile(r"gpt-3\.5|gpt-4(-\d{4}.*)?$|o1-(mini|preview)|o3-mini")


async def listed(connection: Connection, limits: TimeLimits) -> dict[str, Said]:
    answer = await fetch_json(connection, "/models", limits, headers=bearer(connection))
    models = by_name(answer, "data", "id", connection)
    return {name: said for name, said in models.items() if _chats(name, connection)}


def ability(name: str, connection: Connection, said: Said) -> ModelAbility:
    """From the operator, the server's list, and what pydantic-ai knows by the model's name."""
    from sessions_app.agents import adapters, prices
    from sessions_app.agents.efforts import known_efforts

    model = adapters.make(name, connection, TimeLimits())
    stated = connection.stated_efforts(name)
    price = prices.per_million(name, connection)
    return ModelAbility(
        name=connection.full_name(name),
        label=name,
        provider=connection.server,
        efforts=efforts_from(known_efforts(model) if stated is None else stated),
        uses_tools=_uses_tools(said),
        sees_images=_sees_images(name, connection, said),
        # OpenRouter says context_length, vLLM max_model_len, LM Studio max_context_length.
        context_tokens=tokens(said, "context_length", "max_model_len", "max_context_length")
        or model.context_window,
        price_in=price.given,
        price_out=price.made,
    ).checked()


def _chats(name: str, connection: Connection) -> bool:
    if _CHATS_NOT.search(name):
        return connection.provider != "openai" and "instruct" in name.lower()
    return connection.provider != "openai" or _CHATS_AT_OPENAI.match(name) is not None


def _uses_tools(said: Said) -> bool:
    """Assumed where nothing is said. OpenRouter says what each model takes."""
    parameters = said.get("supported_parameters")
    return not isinstance(parameters, list) or "tools" in parameters


def _sees_images(name: str, connection: Connection, said: Said) -> bool:
    """Assumed where nothing is said: a server that refuses a picture is asked again without."""
    architecture = said.get("architecture")
    if isinstance(architecture, dict) and isinstance(architecture.get("input_modalities"), list):
        return "image" in architecture["input_modalities"]
    return connection.provider != "openai" or _BLIND_AT_OPENAI.match(name) is None
