"""What of a long conversation a model is shown: its newest part, a summary of what was before, and every
word that the person said, as far as there is room.

Nothing falls out by itself: `fold` is told to, so that what is shown follows from what happened alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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

from .tools.clipping import clip

MOST_MESSAGES = 200
MOST_TOKENS = 100_000
CHARACTERS_A_TOKEN = 4  # about, where no server has counted
OVERHEAD_TOKENS = 3_000  # of instructions and tools, which are sent with every request
QUESTION_TOOL = "ask_user"
GO_ON = (
    "[Your answer reached the limit of its length and was cut off. Go on where it stopped; repeat nothing.]"
)


def tokens_within(context_tokens: int | None) -> int:
    """Of a conversation that a model is shown, with room left for its answer."""
    return min(MOST_TOKENS, context_tokens * 3 // 4) if context_tokens else MOST_TOKENS


@dataclass(frozen=True)
class _Kept:
    """A message with its size in characters, and the number of the entry that began it."""

    message: ModelMessage
    size: int
    entry: int


class Window:
    """Messages, the oldest of which can be folded. Calls and their results are never parted.

    What is folded goes in large pieces, to half of the limits, so that the beginning of a request stays the
    same for many requests: servers remember beginnings.
    """

    def __init__(self, *, most_messages: int, most_tokens: int) -> None:
        self.most_tokens = most_tokens
        self._most_messages = most_messages
        self._most_words = most_tokens * CHARACTERS_A_TOKEN // 4
        self._kept: list[_Kept] = []
        self._size = 0
        self._counted: tuple[int, int] | None = None  # tokens that a server counted, and our size then
        self._folded: list[ModelMessage] = []  # since the last summary
        self._left_out = 0
        self._words: list[str] = []  # of the person, in what is folded
        self._summary = ""

    @property
    def is_overfull(self) -> bool:
        return len(self._kept) > self._most_messages or self.tokens > self.most_tokens

    @property
    def tokens(self) -> int:
        """About how many a request takes: as a server counted at the last answer, with what came since."""
        words = min(sum(len(text) for text in self._words), self._most_words)
        guess = (self._size + words + len(self._summary)) // CHARACTERS_A_TOKEN
        guess += min(OVERHEAD_TOKENS, self.most_tokens // 2)
        if self._counted is None:
            return guess
        tokens, size = self._counted
        # Some servers leave out what they had in their cache.
        return max(tokens + (self._size - size) // CHARACTERS_A_TOKEN, guess // 2)

    def push(self, message: ModelMessage, *, entry: int, more_size: int = 0) -> None:
        """`more_size` is that of what will be shown with it, such as pictures."""
        size = size_of(message) + more_size
        self._kept.append(_Kept(message, size, entry))
        self._size += size
        if isinstance(message, ModelResponse) and message.usage.input_tokens:
            self._counted = (message.usage.input_tokens + message.usage.output_tokens, self._size)

    def cut(self, most_tokens: int) -> int | None:
        """The entry from which on to keep, so that about half as many tokens are left. The last turn stays.

        None: there is nothing that could be folded.
        """
        left = self._size
        most_size = self._size * min(1.0, most_tokens / 2 / max(self.tokens, 1))
        cut = 0
        for place in range(1, len(self._kept)):
            left -= self._kept[place - 1].size
            if not self._is_boundary(place):
                continue
            cut = place
            if len(self._kept) - place <= self._most_messages // 2 and left <= most_size:
                break
        return self._kept[cut].entry if cut else None

    def unsummarised(self, entry: int) -> tuple[str, list[ModelMessage]]:
        """The last summary, and all that came after it up to this entry."""
        return self._summary, [*self._folded, *(kept.message for kept in self._kept[: self._place_of(entry)])]

    def fold(self, entry: int, summary: str) -> None:
        """Show what came before this entry by the summary; an empty one leaves the last as it is."""
        place = self._place_of(entry)
        for kept in self._kept[:place]:
            self._words.extend(_words_of_the_person(kept.message))
            self._folded.append(kept.message)
            self._size -= kept.size
        self._left_out += place
        self._counted = None
        del self._kept[:place]
        if summary:
            self._summary, self._folded = summary, []

    def messages(self) -> list[ModelMessage]:
        shown = [kept.message for kept in self._kept]
        if not self._left_out:
            return shown
        words = [*_within(self._words, self._most_words), self._note()]
        return [ModelRequest(parts=[UserPromptPart(text) for text in words]), *shown]

    def last(self) -> ModelMessage | None:
        return self._kept[-1].message if self._kept else None

    def _note(self) -> str:
        beginning = f"[{self._left_out} earlier messages of this session are left out here. "
        if not self._summary:
            return (
                f"{beginning}Of them you see only what the person said, above. "
                "Look at the files in /workspace for what you made.]"
            )
        missing = f" The last {len(self._folded)} of them are not in it." if self._folded else ""
        return (
            f"{beginning}What the person said in them is above, what you wrote down of them below.{missing} "
            f"The files in /workspace are as you left them.]\n\n{self._summary}"
        )

    def _place_of(self, entry: int) -> int:
        """Where the messages begin that stay when all before this entry is folded."""
        places = range(len(self._kept))
        return next(
            (place for place in places if self._kept[place].entry >= entry and self._may_begin(place)), 0
        )

    def _is_boundary(self, place: int) -> bool:
        before = self._kept[place - 1]
        return self._may_begin(place) and (
            self._kept[place].entry > before.entry or _has_returns(before.message)
        )

    def _may_begin(self, place: int) -> bool:
        return not _has_returns(self._kept[place].message)


def _within(words: list[str], limit: int) -> list[str]:
    """The words of the person in order, as many as fit: the first, then the newest before the older."""
    if sum(len(text) for text in words) <= limit:
        return words
    first = clip(words[0], limit // 2)
    left, newest = limit - len(first), len(words)
    while newest > 1 and len(words[newest - 1]) <= left:
        newest -= 1
        left -= len(words[newest])
    missing = newest - 1
    note = f"[{missing} messages of the person that came here are left out, for there were too many.]"
    return [first, *([note] if missing else []), *words[newest:]]


def _has_returns(message: ModelMessage) -> bool:
    return any(isinstance(part, ToolReturnPart) for part in message.parts)


def _words_of_the_person(message: ModelMessage) -> Iterator[str]:
    for part in message.parts if isinstance(message, ModelRequest) else ():
        if isinstance(part, UserPromptPart) and part.content != GO_ON:
            yield str(part.content)
        elif (
            isinstance(part, ToolReturnPart) and part.tool_name == QUESTION_TOOL and part.outcome == "success"
        ):
            yield f"[The answer to a question that you asked:] {part.model_response_str()}"


def size_of(message: ModelMessage) -> int:
    """About how many characters of text a message sends. Pictures are counted by whoever adds them."""
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
