"""Asking a model server what it has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sessions_app.agents.abilities import ModelAbility
from sessions_app.agents.connections import Connection, TimeLimits, is_loopback

if TYPE_CHECKING:
    import httpx2

MOST_BYTES = 10_000_000
MOST_MODELS = 500
LONGEST_NAME = 150
_MOST_TOKENS = 1_000_000_000

Said = Mapping[str, Any]  # what a server says of one model, in its own words


class ListingFailed(Exception):
    """The server did not say what it has. `status` is None when it did not answer."""

    def __init__(self, text: str, *, status: int | None = None, refused: bool = False) -> None:
        super().__init__(text)
        self.status = status
        self.refused = refused  # it did not accept the key


@dataclass(frozen=True)
class Listing:
    """The models of a connection. `reason` says why the server could not be asked; it is empty when it was.

    Models that the connection names are in it all the same, with that reason as their note.
    """

    models: Sequence[ModelAbility] = ()
    reason: str = ""


class Server(Protocol):
    """What there is to know of one kind of server."""

    async def listed(self, connection: Connection, limits: TimeLimits, /) -> dict[str, Said]:
        """The models that can do work, by name. Raises ListingFailed."""

    def ability(self, name: str, connection: Connection, said: Said, /) -> ModelAbility:
        """What a model can do. May import a provider's library: call it `in_turn`."""


async def fetch_json(
    connection: Connection,
    path: str,
    limits: TimeLimits,
    *,
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """GET, or POST with a body, a JSON object. Raises ListingFailed, with a sentence for people."""
    import httpx2  # not at the top: it costs 0.1 s, and pages do not need it

    url, server = f"{connection.url}{path}", connection.server
    no_list = ListingFailed(f"{server} answered with something that is no list of models.")
    try:
        async with (
            asyncio.timeout(limits.listing_seconds),
            httpx2.AsyncClient(timeout=limits.discovery_seconds, trust_env=not is_loopback(url)) as client,
            client.stream("POST" if body else "GET", url, headers=headers, json=body) as response,
        ):
            text = await _read(response)
        if not response.is_success:
            raise _refusal(server, response.status_code, text)
        answer = json.loads(text)
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, TimeoutError) as broken:
        raise ListingFailed(f"{server} does not answer.") from broken
    except ValueError as broken:
        raise no_list from broken
    if not isinstance(answer, dict):
        raise no_list
    return answer


async def _read(response: httpx2.Response) -> bytes:
    """Raises ValueError for more than any list has: it would fill the memory."""
    text = b""
    async for piece in response.aiter_bytes():
        text += piece
        if len(text) > MOST_BYTES:
            raise ValueError("This is no list of models.")
    return text


def _refusal(server: str, status: int, body: bytes) -> ListingFailed:
    # Google calls a wrong key a bad request.
    wrong_key = status in (401, 403) or b"API_KEY_INVALID" in body
    words = "did not accept the API key" if wrong_key else "would not list its models"
    return ListingFailed(f"{server} {words} ({status}).", status=status, refused=wrong_key)


def bearer(connection: Connection) -> dict[str, str]:
    return {"Authorization": f"Bearer {connection.api_key}"} if connection.api_key else {}


def by_name(answer: Mapping[str, Any], key: str, name_key: str, connection: Connection) -> dict[str, Said]:
    """The models of a list in an answer. Raises ListingFailed when there is no list."""
    models = answer.get(key)
    if not isinstance(models, list):
        raise ListingFailed(f"{connection.server} answered with something that is no list of models.")
    named = [(model.get(name_key), model) for model in models[:MOST_MODELS] if isinstance(model, dict)]
    return {name: model for name, model in named if isinstance(name, str) and _is_name(name)}


def _is_name(name: str) -> bool:
    """A server's word: what has control characters in it, or half of a character, names no model."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable()


def tokens(said: Said, *keys: str) -> int | None:
    """The first of these that is a sensible number of tokens."""
    numbers = (said.get(key) for key in keys)
    return next((n for n in numbers if isinstance(n, int) and 0 < n <= _MOST_TOKENS), None)
