"""Writing down the beginning of a long session, in one call of the model without tools."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from .abilities import ChosenModel
from .asking import Patience, ask, text_of
from .endings import ModelRefused, ModelSilent, ModelUnreachable
from .instructions import prompt
from .listening import Question
from .tools.clipping import clip, clip_end
from .window import CHARACTERS_A_TOKEN

if TYPE_CHECKING:
    from .ports import Thought

SUMMARY_BYTES = 16 * 1024
TRIES = 3
WITHIN_SECONDS = 120.0
PIECE_CHARACTERS = (200, 4_000)  # of one line, at least and at most; of what the person said four times that


@dataclass(frozen=True)
class Summary:
    """What the model wrote, in `seconds`. Where that is nothing, `trouble` says why."""

    text: str
    seconds: float
    response: ModelResponse | None = None
    trouble: str = ""
    detail: str = ""  # what the server said


async def summarise(
    chosen: ChosenModel,
    last_summary: str,
    messages: Sequence[ModelMessage],
    *,
    room_tokens: int,
    patience: Patience,
) -> Summary:
    """Sum these messages up, together with the last summary. What the model cannot do is trouble, no fault.

    `room_tokens` is how many a whole request may take: the call takes about half of it.
    """
    if not chosen.summarises:
        return Summary("", 0.0, trouble=f"{chosen.ability.label} writes no summaries.")
    began = time.monotonic()
    # A long conversation takes long to cut, and the loop has others to serve.
    told = await asyncio.to_thread(told_of, last_summary, messages, room_tokens * CHARACTERS_A_TOKEN // 2)
    request = ModelRequest(parts=[UserPromptPart(f"{told}\n\nWrite the summary now.")])
    own = replace(patience, tries=min(patience.tries, TRIES), within_seconds=WITHIN_SECONDS)
    question = Question([request], prompt("summary"), tools=())
    try:
        reply = await ask(chosen, question, hearing=_Unheard(), patience=own)
    except (ModelRefused, ModelSilent, ModelUnreachable) as fault:
        return Summary("", time.monotonic() - began, trouble=fault.text, detail=fault.detail)
    text = clip_end(text_of(reply.heard.response), min(SUMMARY_BYTES, room_tokens * CHARACTERS_A_TOKEN // 8))
    trouble = "" if text else f"{chosen.ability.label} wrote no summary."
    return Summary(text, reply.seconds, reply.heard.response, trouble)


class _Unheard:
    """A summary is no part of the conversation: nobody watches it being written."""

    async def thinking(self, thought: Thought) -> None: ...

    async def saying(self, text: str) -> None: ...

    async def retrying(self, *, tries: int, reason: str, delay_seconds: float) -> None: ...


def told_of(last_summary: str, messages: Sequence[ModelMessage], limit: int) -> str:
    """The messages as lines of JSON, in at most about `limit` characters: the longer a line, the more is cut.

    JSON, so that nothing that a page or a file says can pass for a line of its own.
    """
    lines = [{"summary": last_summary}] if last_summary else []
    lines += [line for message in messages for line in _lines_of(message)]
    least, most = PIECE_CHARACTERS
    each = max(least, min(most, limit // max(len(lines), 1)))
    cut = [
        {name: clip(text, each * 4 if name in ("person", "summary") else each) for name, text in line.items()}
        for line in lines
    ]
    return clip("\n".join(json.dumps(line, ensure_ascii=False) for line in cut), limit)


def _lines_of(message: ModelMessage) -> Iterator[dict[str, str]]:
    for part in message.parts:
        match part:
            case UserPromptPart(content=content):
                yield {"person": str(content)}
            case ToolReturnPart(tool_name=name):
                yield {"result_of": name, "text": part.model_response_str()}
            case TextPart(content=text) if text.strip():
                yield {"you": text}
            case ToolCallPart(tool_name=name):
                yield {"you_call": name, "with": part.args_as_json_str()}
            case _:
                pass
