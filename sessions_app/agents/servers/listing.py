"""Asking a model server what it has."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class ListingFailed(Exception):
    """The server did not say what it has. `status` is None when it did not answer."""

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


async def fetch_json(
    url: str, *, timeout_seconds: float, key: str = "", body: dict[str, str] | None = None
) -> dict[str, Any]:
    """GET, or POST with a body, a JSON object. Raises ListingFailed, with a sentence for people."""
    import httpx2  # not at the top: it costs 0.1 s, and pages do not need it

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    server = server_name(url)
    try:
        async with httpx2.AsyncClient(timeout=timeout_seconds, trust_env=not is_loopback(url)) as client:
            response = await client.request("POST" if body else "GET", url, headers=headers, json=body)
            response.raise_for_status()
            answer = response.json()
    except httpx2.HTTPStatusError as refused:
        status = refused.response.status_code
        words = "did not accept the API key" if status in (401, 403) else "would not list its models"
        raise ListingFailed(f"{server} {words} ({status}).", status=status) from refused
    except (httpx2.HTTPError, httpx2.InvalidURL) as broken:
        raise ListingFailed(f"{server} does not answer.") from broken
    except ValueError as broken:
        raise ListingFailed(f"{server} answered with something that is no list of models.") from broken
    if not isinstance(answer, dict):
        raise ListingFailed(f"{server} answered with something that is no list of models.")
    return answer


def server_name(url: str) -> str:
    """The server in words: OpenAI, or host and port."""
    netloc = urlsplit(url).netloc.rpartition("@")[2]
    return "OpenAI" if netloc == "api.openai.com" else netloc or url


def is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in _LOOPBACK
