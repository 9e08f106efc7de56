"""Asking a model: one answer, however many tries it takes."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass

from pydantic_ai.exceptions import ModelAPIError, UnexpectedModelBehavior
from pydantic_ai.messages import ModelResponse, TextPart

from . import refusals
from .abilities import ChosenModel
from .endings import ModelRefused, ModelSilent, ModelUnreachable
from .listening import Heard, Question, listen
from .ports import Hearing

_EMPTY = {
    "length": "spent its whole answer on thinking",
    "error": "made a call that cannot be read",  # as Google ends an answer whose call is malformed
}
_ONLY_CALLED = "called tools where it was told to answer in words"


@dataclass(frozen=True)
class Patience:
    """How long to go on asking a model that cannot answer now.

    Delays double, with up to a quarter added by chance.
    Gives up after `tries`, or when the next try would begin later than `within_seconds` after the first.
    """

    tries: int = 8
    empty_tries: int = 3
    first_delay_seconds: float = 1.0
    longest_delay_seconds: float = 60.0
    longest_asked_delay_seconds: float = 300.0  # the server's own Retry-After is obeyed up to this
    within_seconds: float = 900.0

    def delay_seconds(self, tries: int, *, asked_seconds: float | None) -> float:
        if asked_seconds is not None:
            return min(asked_seconds, self.longest_asked_delay_seconds)
        doubled = min(self.first_delay_seconds * 2.0 ** (tries - 1), self.longest_delay_seconds)
        return doubled * random.uniform(1.0, 1.25)  # noqa: S311 (nothing secret)


@dataclass(frozen=True)
class Reply:
    """`seconds` is the time that the try took which brought it."""

    heard: Heard
    seconds: float


async def ask(chosen: ChosenModel, question: Question, *, hearing: Hearing, patience: Patience) -> Reply:
    """The model's answer, with text or calls in it. Each try that brings none is noted.

    Raises ModelRefused, ModelUnreachable, ModelSilent.
    """
    began, tries, answers = time.monotonic(), 0, 0
    while True:
        tries += 1
        tried_at = time.monotonic()
        try:
            heard = await listen(chosen, question, hearing)
        except ModelAPIError as error:
            trouble = refusals.read(error, model=chosen.ability.label, server=chosen.server)
            if isinstance(trouble, ModelRefused):
                raise trouble from error
        except UnexpectedModelBehavior as error:
            trouble = refusals.Passing(
                f"{chosen.server} sent an answer that makes no sense.", str(error)[:500], None
            )
        else:
            answers += 1
            lack = _lack(chosen, question, heard.response, answers, patience)
            if lack is None:
                return Reply(heard, time.monotonic() - tried_at)
            trouble = lack
        delay = patience.delay_seconds(tries, asked_seconds=trouble.wait_seconds)
        if tries >= patience.tries or time.monotonic() - began + delay > patience.within_seconds:
            raise ModelUnreachable(_gave_up(trouble, tries), detail=trouble.detail)
        await hearing.retrying(tries=tries, reason=trouble.reason, delay_seconds=delay)
        await asyncio.sleep(delay)


def text_of(response: ModelResponse) -> str:
    """All that an answer says, without what it thought."""
    return "\n\n".join(part.content for part in response.parts if isinstance(part, TextPart)).strip()


def _lack(
    chosen: ChosenModel, question: Question, response: ModelResponse, tries: int, patience: Patience
) -> refusals.Passing | None:
    """What is wrong with an answer that came; None: it will do. `tries` is how many answers came by now."""
    name, reason, told = chosen.ability.label, response.finish_reason, response.provider_details or {}
    if reason == "content_filter":
        raise ModelRefused(
            f"{chosen.server} withheld the answer of {name}: its content filter stopped it.",
            detail=str(told.get("refusal", ""))[:500],
        )
    calls_only = bool(response.tool_calls) and not text_of(response)
    if text_of(response) or (calls_only and question.may_call):
        if not chosen.elsewhere or "finish_reason" in told or tries >= patience.empty_tries:
            return None  # after so many that end without an end, that is how this server ends them
        return refusals.Passing(f"The answer of {name} broke off.", "", patience.first_delay_seconds)
    how = _ONLY_CALLED if calls_only else _EMPTY.get(reason or "", "gave an empty answer")
    if tries >= patience.empty_tries:
        raise ModelSilent(f"{name} {how} {tries} times in a row.")
    return refusals.Passing(f"{name} {how}.", "", patience.first_delay_seconds)


def _gave_up(trouble: refusals.Passing, tries: int) -> str:
    return f"{trouble.reason} It was asked {tries} times." if tries > 1 else trouble.reason
