"""What a model's server said instead of an answer: whether to ask again, and the words for it."""

from __future__ import annotations

from typing import NamedTuple

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelOverloadedError,
    ModelQuotaExceededError,
    ModelRequestTimeout,
    ModelTimeoutError,
)

from .endings import ConversationTooLong, ModelRefused

_DETAIL_LIMIT = 500
_PASSING = frozenset({408, 409, 425, 429})


class Passing(NamedTuple):
    """A trouble that may pass. `wait_seconds` is what the server asked for, if it did."""

    reason: str
    detail: str
    wait_seconds: float | None


def read(error: ModelAPIError, *, model: str, server: str) -> Passing | ModelRefused:
    """What this error means for the next try."""
    status = error.status_code if isinstance(error, ModelHTTPError) else None
    detail = _words_of(error)
    if isinstance(error, ModelContextWindowExceededError):
        return ConversationTooLong(f"The conversation is longer than {model} can take.", detail=detail)
    if isinstance(error, ModelQuotaExceededError):
        return ModelRefused(f"{server} says that the account has no credit left. Top it up.", detail=detail)
    if isinstance(error, ModelAuthenticationError):
        return ModelRefused(_key_refused(status, model=model, server=server), detail=detail)
    if isinstance(error, ModelNotFoundError):
        return ModelRefused(
            f"{server} knows no model called {model} (404). Check the model's name and the server's address.",
            detail=detail,
        )
    if status is not None and status < 500 and status not in _PASSING:
        return ModelRefused(f"{server} refused the request ({status}).", detail=detail)
    return Passing(_reason(error, status, server=server), detail, error.retry_after)


def _key_refused(status: int | None, *, model: str, server: str) -> str:
    if status == 403:
        return f"{server} does not let this API key use {model} (403). Check what the key may do."
    return f"{server} did not accept the API key ({status or 401}). Check the key in the settings."


def _reason(error: ModelAPIError, status: int | None, *, server: str) -> str:
    if status == 429:
        return f"{server} takes no more requests for now (429)."
    if isinstance(error, ModelOverloadedError):
        return f"{server} is overloaded for now" + (f" ({status})." if status is not None else ".")
    if status is not None:
        return f"{server} had a fault of its own ({status})."
    if isinstance(error, ModelTimeoutError | ModelRequestTimeout):
        return f"{server} did not answer in time."
    if isinstance(error, ModelConnectionError) and error.phase in ("connect", "pool"):
        return f"{server} could not be reached."
    return f"The connection to {server} broke off."


def _words_of(error: ModelAPIError) -> str:
    """The server's own message, where there is one."""
    body = error.body
    if isinstance(body, dict):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, dict) else inner
        if isinstance(message, str) and message:
            return message[:_DETAIL_LIMIT]
    return str(error)[:_DETAIL_LIMIT]
