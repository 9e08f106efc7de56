"""The loop of an agent, one step at a time.

    while (ending := await advance(work)) is None:
        ...  # pause, cancel, hand the agent a message: whatever shall happen between two steps

Whatever happened is recorded before the loop goes on. Killed anywhere and begun again from the record, it
repeats at most the model call that was under way.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic_ai.messages import ModelResponse, ModelResponsePart, ToolCallPart

from .abilities import ChosenModel
from .asking import Patience, Reply, ask, text_of
from .endings import Answered, ConversationTooLong, Ending, ModelCutOff, ModelRefused, RanOut, Waiting
from .entries import Responded, Returned, Summarised
from .final_question import question_in
from .listening import Question
from .memory import Memory
from .ports import Asked, Desk, Record, ToolResult
from .prices import price_of
from .summarising import summarise
from .tools.ask_user import AskUser
from .tools.base import Tool, failure
from .tools.registry import definitions, on, under
from .tools.use import read_call, use, wanted_by

NOT_AS_ALLOWED = (
    "This was allowed, but by now it would do something else than what the person was shown. It was not "
    "done. Look how things stand, then call it again: they are asked anew."
)

_CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class Work:
    """One task in the hands of one worker. `max_steps` is the number of tool calls that it may make."""

    model: ChosenModel
    memory: Memory
    record: Record
    instructions: str
    max_steps: int
    tools: Mapping[str, type[Tool]] = field(default_factory=lambda: on("browser"))
    patience: Patience = field(default_factory=Patience)


async def advance(work: Work) -> Ending | None:
    """Make one model call, or the next tool call of the last answer. None: there is more to do.

    Where the conversation has become too long, the call is one that sums it up.

    Raises a Fault, and whatever the record raises.
    """
    if calls := work.memory.pending():
        return await _make(work, calls)
    if answer := work.memory.final_answer():
        if work.memory.is_cut_off:
            raise ModelCutOff(f"{work.model.ability.label} reached the limit of its answers again and again.")
        text = text_of(answer)
        return Answered(text, question=None if work.memory.finishing else question_in(text))
    if work.memory.steps >= work.max_steps and not work.memory.finishing:
        return RanOut("steps")
    if to_ask := work.memory.to_ask():
        return await _ask_the_person(work, *to_ask)
    if (kept := work.memory.too_much()) is not None:
        await _shorten(work, kept, room_tokens=work.memory.most_tokens)
        return None
    reply = await _ask(work)
    response = _with_own_call_ids(reply.heard.response, work.memory)
    if work.memory.finishing:
        response = _without_calls(response)
    written = await work.record.responded(
        response,
        seconds=reply.seconds,
        thought_seconds=reply.heard.thought_seconds,
        cost_usd=price_of(response, work.model.ability),
    )
    work.memory.append(Responded(written))
    return None


async def _make(work: Work, calls: list[ToolCallPart]) -> Ending | None:
    """Make the first of these calls that does not wait for the person; those that do hold up no other."""
    waiting = []
    for call in calls:
        if work.memory.steps >= work.max_steps:
            return RanOut("steps")
        desk = work.record.desk(call)
        tool = await _cleared(work, call, desk)
        if tool is None:
            waiting.append(call.tool_call_id)
            continue
        result = tool if isinstance(tool, ToolResult) else await use(tool, desk)
        result = await work.record.returned(call, result)
        work.memory.append(
            Returned(
                call.tool_call_id,
                result.text,
                image=result.image or "",
                failed=result.failed,
                unusable=result.unusable,
            )
        )
        return None
    return Waiting(tuple(waiting))


async def _cleared(work: Work, call: ToolCallPart, desk: Desk) -> Tool | ToolResult | None:
    """The call, ready to be made, or what it comes to without. None: it waits for the person."""
    tool = read_call(call, work.tools, cut_off=call.tool_call_id == work.memory.cut_off_call)
    if isinstance(tool, AskUser):
        await work.record.ask(call, tool.asked())
        return None
    if isinstance(tool, ToolResult) or desk.has_begun:
        return tool
    wanted = await wanted_by(tool, await work.record.policy(), desk)
    if wanted is None or isinstance(wanted, ToolResult):
        return wanted or tool
    decided = work.memory.allowed(call.tool_call_id)
    if decided is None:
        await work.record.ask_to_allow(call, wanted)
        return None
    return tool if decided.digest == wanted.digest else failure(call.tool_name, NOT_AS_ALLOWED)


async def _ask_the_person(work: Work, name: str, asked: Asked) -> Waiting:
    """A question of the loop's own, which no call has asked: its answer is told to the model in words."""
    await work.record.ask(ToolCallPart(AskUser.tool_name, {}, name), asked)
    return Waiting((name,))


async def _ask(work: Work) -> Reply:
    """Ask the model; where its server finds the request too long, or refuses a part of it, ask with less."""
    while True:
        if work.model.adjusted:
            await work.record.adjusted(work.model.adjusted)
        tools = definitions(under(await work.record.policy(), work.tools))
        question = Question(
            work.memory.messages(),
            work.instructions,
            tools,
            may_call=not work.memory.finishing,
        )
        try:
            return await ask(work.model, question, hearing=work.record, patience=work.patience)
        except ConversationTooLong:
            if work.memory.show_pictures(at_most=1):
                continue
            kept = work.memory.half()
            if kept is None:
                raise
            await _shorten(work, kept, room_tokens=work.memory.tokens)
        except ModelRefused as refusal:
            if not _with_less(work, refusal.detail.lower()):
                raise


def _with_less(work: Work, refusal: str) -> bool:
    """Leave out what the server says that it does not take. False when it speaks of nothing that can be."""
    if plainer := work.model.without_what_is_named_in(refusal):
        work.model = plainer
        return True
    return "image" in refusal and work.memory.show_pictures(at_most=0)


async def _shorten(work: Work, kept: int, *, room_tokens: int) -> None:
    """Fold all but the newest entries into a summary; into nothing where the model cannot write one."""
    last_summary, messages = work.memory.beginning(kept)
    summary = await summarise(
        work.model, last_summary, messages, room_tokens=room_tokens, patience=work.patience
    )
    if summary.trouble and _with_less(work, summary.detail.lower()):
        return await _shorten(work, kept, room_tokens=room_tokens)
    cost_usd = price_of(summary.response, work.model.ability) if summary.response else None
    await work.record.summarised(summary, kept=kept, cost_usd=cost_usd)
    work.memory.append(Summarised(kept, summary.text))


def _without_calls(response: ModelResponse) -> ModelResponse:
    """Some servers let a model call tools that it was told not to call."""
    return replace(response, parts=[part for part in response.parts if not isinstance(part, ToolCallPart)])


def _with_own_call_ids(response: ModelResponse, memory: Memory) -> ModelResponse:
    """Servers use a call id again ("call_0"), or send none. Here it names one call for ever."""
    seen: set[str] = set()
    parts: list[ModelResponsePart] = []
    for part in response.parts:
        if isinstance(part, ToolCallPart):
            call_id = part.tool_call_id
            if not _CALL_ID.fullmatch(call_id) or call_id in seen or not memory.is_new_call(call_id):
                part = replace(part, tool_call_id=f"call_{uuid.uuid4().hex}")
            seen.add(part.tool_call_id)
        parts.append(part)
    return replace(response, parts=parts)
