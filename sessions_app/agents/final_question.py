"""Whether a last word asks the person something."""

from __future__ import annotations

import re

_BLOCKS = re.compile(r"\n\s*\n")
_CODE = re.compile(r"```.*?(```|\Z)", re.DOTALL)
_LIST_ITEM = re.compile(r"\s*([-*•]|\d+[.)]|[a-zA-Z][.)])\s")
_CLOSING = re.compile(
    r"(please|let me know|just|tell me|reply|i'll|i will|thanks|thank you)\b", re.IGNORECASE
)
_COURTESY = re.compile(r"\b(any|some)thing else\b|\bfurther (help|questions)\b", re.IGNORECASE)
_LONGEST_CLOSING = 80
_LONGEST_QUESTION = 1000


def question_in(text: str) -> str | None:
    """The question with which a text ends, with the choices listed below it. None when it ends without one.

    A question in the middle asks nobody, and neither does "Is there anything else I can do?".
    """
    blocks = [block.strip() for block in _BLOCKS.split(_CODE.sub("\n\n", text)) if block.strip()]
    if not blocks:
        return None
    asked = [blocks.pop()]
    if blocks and (_is_list(asked[0]) or _is_closing(asked[0])) and not _asks(asked[0]):
        asked.insert(0, blocks.pop())
    if not _asks(asked[0]) or _COURTESY.search(_last_question(asked[0])):
        return None
    question = "\n\n".join(asked)
    return question if len(question) <= _LONGEST_QUESTION else _last_question(asked[0])


def _is_list(block: str) -> bool:
    return all(_LIST_ITEM.match(line) for line in block.splitlines())


def _is_closing(sentence: str) -> bool:
    return len(sentence) <= _LONGEST_CLOSING and _CLOSING.match(sentence) is not None


def _asks(block: str) -> bool:
    head, mark, rest = block.rpartition("?")
    rest = rest.strip(" \n*_)”\"'")
    if not mark or _inside_address(head, rest):
        return False
    return not rest or _is_closing(rest) or all(_LIST_ITEM.match(line) for line in rest.splitlines())


def _inside_address(head: str, rest: str) -> bool:
    last_word = head.split()[-1] if head.split() else ""
    return "://" in last_word and bool(rest)


def _last_question(block: str) -> str:
    head = block.rpartition("?")[0]
    return re.split(r"(?<=[.!?])\s+|\n", head)[-1].strip() + "?"
