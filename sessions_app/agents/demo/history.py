"""Reading the message history: the task at hand, and what this session holds from before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    RetryPromptPart,
    ToolReturnPart,
    UserPromptPart,
)

from .story import Argument, Call, Result

_LEFT_OUT = re.compile(r"\[\d+ earlier messages of this session are left out")  # as agents.window says it
_NOTE = re.compile(r"\[(The person went back|This session was forked)")  # as runners.recall says it


@dataclass(frozen=True)
class Turn:
    """An answer that called tools, what came of the calls, and what the person wrote meanwhile."""

    calls: tuple[Call, ...]
    results: tuple[Result, ...]
    heard: tuple[str, ...] = ()


@dataclass
class Task:
    """An instruction and the turns so far. `early` was written before the first turn."""

    instruction: str
    run_id: str | None = None
    early: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    ended: bool = False


def tasks_in(messages: Sequence[ModelMessage]) -> list[Task]:
    """The tasks of a history, oldest first; the last one is the task at hand.

    A new task begins where a prompt follows a final answer, or comes with another `run_id`. Every other
    prompt was written while its task ran. What stands before the first prompt is a task without instruction,
    and so is what was left out of a long session: its prompts are shown without what came of them.
    """
    results = dict(_results(messages))
    tasks: list[Task] = []
    for message in messages:
        if isinstance(message, ModelRequest):
            prompts = list(_prompts(message))
            if any(_LEFT_OUT.match(text) for text in prompts):
                tasks.append(Task(""))
                continue
            for text in prompts:
                if not _NOTE.match(text):
                    _heard(tasks, text, message.run_id)
            continue
        if not tasks:
            tasks.append(Task(""))
        turn = _turn(message, results)
        tasks[-1].ended = not turn.calls
        if turn.calls:
            tasks[-1].turns.append(turn)
    return tasks


def _results(messages: Sequence[ModelMessage]) -> Iterator[tuple[str, Result]]:
    for message in messages:
        if not isinstance(message, ModelRequest):
            continue
        for part in message.parts:
            if isinstance(part, ToolReturnPart):
                text = part.model_response_str(wrap_if_error=False)
                yield part.tool_call_id, Result(text, ok=part.outcome == "success")
            elif isinstance(part, RetryPromptPart):
                yield part.tool_call_id, Result(part.model_response(), ok=False)


def _prompts(message: ModelRequest) -> Iterator[str]:
    """What a person wrote. A prompt that carries a picture belongs to the tool that took it."""
    for part in message.parts:
        if isinstance(part, UserPromptPart):
            pieces = [part.content] if isinstance(part.content, str) else part.content
            words = [piece for piece in pieces if isinstance(piece, str)]
            if words and len(words) == len(pieces):
                yield "\n".join(words).strip()


def _heard(tasks: list[Task], text: str, run_id: str | None) -> None:
    last = tasks[-1] if tasks else None
    if (
        last is None
        or last.ended
        or not last.instruction
        or (run_id and last.run_id and run_id != last.run_id)
    ):
        tasks.append(Task(text, run_id=run_id))
    elif last.turns:
        last.turns[-1] = replace(last.turns[-1], heard=(*last.turns[-1].heard, text))
    else:
        last.early.append(text)


def _turn(response: ModelResponse, results: dict[str, Result]) -> Turn:
    missing = Result("It was interrupted before it had a result.", ok=False)
    calls = response.tool_calls
    return Turn(
        calls=tuple(Call(call.tool_name, call.args_as_dict()) for call in calls),
        results=tuple(results.get(call.tool_call_id, missing) for call in calls),
    )


@dataclass(frozen=True)
class Saved:
    """An artifact of this session, as it was saved last."""

    path: str
    title: str


@dataclass
class Past:
    """What this session holds so far: it grows while a story is told, in the order in which things happened.

    `files` has each file's text as the model left it. Others may have changed it since: an edit finds out.
    """

    files: dict[str, str] = field(default_factory=dict)
    saved: list[Saved] = field(default_factory=list)
    page_address: str = ""
    heard: list[str] = field(default_factory=list)

    def learn(self, calls: Sequence[Call], results: Sequence[Result]) -> None:
        for call, result in zip(calls, results, strict=True):
            if result.ok:
                self._learn(call.tool, call.arguments)

    def _learn(self, tool: str, given: Mapping[str, Argument]) -> None:
        path = str(given.get("path", ""))
        match tool:
            case "write_file":
                self.files[path] = str(given.get("text", ""))
            case "edit_file" if path in self.files:
                times = -1 if given.get("everywhere") else 1
                old, new = str(given.get("old", "")), str(given.get("new", ""))
                self.files[path] = self.files[path].replace(old, new, times)
            case "save_artifact":
                self.saved.append(Saved(path, str(given.get("title", ""))))
            case "open_page":
                self.page_address = str(given.get("url", ""))
            case _:
                pass
