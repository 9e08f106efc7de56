"""Trying out a connection: one tiny request, and what came of it in words."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from .abilities import ChosenModel
from .model_thread import MODEL_THREAD

TRIAL_SECONDS = 30.0

_QUESTION = "Answer with one word: ready."
_MOST_TOKENS = 64
_SHOWN = 80  # characters of the answer


@dataclass(frozen=True)
class Trial:
    """`words` is a sentence for a person; `detail` what the server said to refuse, word for word."""

    ok: bool
    words: str
    detail: str = ""
    model: str = ""  # the one that was asked, by its full name
    seconds: float = 0.0


async def try_out(chosen: ChosenModel) -> Trial:
    """Ask the model something small. Whatever goes wrong is in the result, never an exception."""
    from pydantic_ai.exceptions import ModelAPIError, UnexpectedModelBehavior

    from . import refusals

    name, label, began = chosen.ability.name, chosen.ability.label, time.monotonic()
    try:
        async with asyncio.timeout(TRIAL_SECONDS):
            said = await MODEL_THREAD.run(_ask(chosen))
    except TimeoutError:
        return Trial(False, f"{chosen.server} did not answer within {TRIAL_SECONDS:.0f} s.", model=name)
    except ModelAPIError as error:
        trouble = refusals.read(error, model=label, server=chosen.server)
        if plainer := chosen.without_what_is_named_in(trouble.detail):
            return await try_out(plainer)
        words = trouble.reason if isinstance(trouble, refusals.Passing) else trouble.text
        return Trial(False, words, detail=chosen.without_key(trouble.detail), model=name)
    except UnexpectedModelBehavior as error:
        words = f"{chosen.server} sent an answer that makes no sense."
        return Trial(False, words, detail=chosen.without_key(str(error))[:500], model=name)
    seconds, said = time.monotonic() - began, chosen.without_key(said)
    words = f"{label} answered in {seconds:.1f} s" + (f": “{said[:_SHOWN]}”" if said else ".")
    return Trial(True, words, model=name, seconds=seconds)


async def _ask(chosen: ChosenModel) -> str:
    from pydantic_ai.direct import model_request_stream
    from pydantic_ai.messages import ModelRequest

    async with model_request_stream(
        chosen.model,
        [ModelRequest.user_text_prompt(_QUESTION)],
        model_settings={**chosen.settings, "max_tokens": _MOST_TOKENS},
    ) as stream:
        async for _ in stream:
            pass
        return (stream.get().text or "").strip()
