"""What of a long conversation a model is shown: the newest part of it, and every word of the person."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

MOST_MESSAGES = 200
MOST_BYTES = 400_000  # of text: about 100,000 tokens
FEWEST_MESSAGES = 4
QUESTION_TOOL = "ask_user"


class Window:
    """Messages, the oldest of which fall out when there are too many, or too much in them.

    What falls out goes in larger pieces, to three quarters of the limits, so that the beginning of a request
    stays the same for many requests: servers remember beginnings. Calls and their results are never parted.
    """

    def __init__(self, *, most_messages: int = MOST_MESSAGES, most_bytes: int = MOST_BYTES) -> None:
        self._most_messages = most_messages
        self._most_bytes = most_bytes
        self._kept: list[ModelMessage] = []
        self._sizes: list[int] = []
        self._words: list[UserPromptPart] = []
        self._left_out = 0

    def push(self, message: ModelMessage) -> None:
        self._kept.append(message)
        self._sizes.append(size_of(message))
        if len(self._kept) > self._most_messages or sum(self._sizes) > self._most_bytes:
            self._leave_out(self._cut())

    def shrink(self) -> bool:
        """Show half as much from now on. False when there is too little left for that."""
        if len(self._kept) <= FEWEST_MESSAGES:
            return False
        self._most_bytes = min(self._most_bytes, sum(self._sizes)) // 2
        self._leave_out(self._cut())
        return True

    def messages(self) -> list[ModelMessage]:
        if not self._left_out:
            return list(self._kept)
        note = (
            f"[{self._left_out} earlier messages of this session are left out here. Of them you see only "
            "what the person said, above. Look at the files in /workspace for what you made.]"
        )
        return [ModelRequest(parts=[*self._words, UserPromptPart(note)]), *self._kept]

    def last(self) -> ModelMessage | None:
        return self._kept[-1] if self._kept else None

    def _cut(self) -> int:
        """The first message to keep, as early as three quarters of the limits allow. The last turn stays."""
        boundaries = [place for place in range(1, len(self._kept)) if not _has_returns(self._kept[place])]
        left = sum(self._sizes)
        cut = 0
        for place in boundaries:
            left -= sum(self._sizes[cut:place])
            cut = place
            if len(self._kept) - cut <= self._most_messages * 3 // 4 and left <= self._most_bytes * 3 // 4:
                break
        return cut

    def _leave_out(self, count: int) -> None:
        for message in self._kept[:count]:
            self._words.extend(_words_of_the_person(message))
        self._left_out += count
        del self._kept[:count], self._sizes[:count]


def _has_returns(message: ModelMessage) -> bool:
    return any(isinstance(part, ToolReturnPart) for part in message.parts)


def _words_of_the_person(message: ModelMessage) -> Iterator[UserPromptPart]:
    for part in message.parts if isinstance(message, ModelRequest) else ():
        if isinstance(part, UserPromptPart):
            yield part
        elif (
            isinstance(part, ToolReturnPart) and part.tool_name == QUESTION_TOOL and part.outcome == "success"
        ):
            yield UserPromptPart(f"[The answer to a question that you asked:] {part.model_response_str()}")


def size_of(message: ModelMessage) -> int:
    """About how many bytes of text a message sends. Pictures are counted by whoever adds them."""
    if isinstance(message, ModelResponse):
        return sum(_size_of_part(part) for part in message.parts)
    return sum(_size_of_content(getattr(part, "content", "")) for part in message.parts)


def _size_of_part(part: ModelResponsePart) -> int:
    if isinstance(part, ToolCallPart):
        return len(part.tool_name) + len(part.args if isinstance(part.args, str) else json.dumps(part.args))
    return len(part.content) if isinstance(part, TextPart | ThinkingPart) else 0


def _size_of_content(content: str | Sequence[object] | object) -> int:
    if isinstance(content, str):
        return len(content)
    pieces = content if isinstance(content, list | tuple) else ()
    return sum(len(piece) for piece in pieces if isinstance(piece, str))
