"""From plain English to what the demo can do: a message is cut into pieces, each held against `phrases`."""

from __future__ import annotations

import re

from .intents import Ask, Explain, Intent, Run, Summarise, Unknown, Write
from .phrases import PHRASES, QUOTED

MOST_PIECES = 100  # what comes after them is taken as one

_SEPARATOR = re.compile(
    r"\s*\n+\s*(?:[-*•]\s+|\d+[.)]\s+)?|\s*[;,.]?\s+(?:and\s+)?then\b[,:]?\s+|[.;!?]+\s+", re.IGNORECASE
)
_AND = re.compile(r"(,?\s+and\s+)", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+")
_POLITE = re.compile(
    r"(?:(?:please|hi|hello|hey|thanks|now|first|next|finally|also|and|then|just|so|ok|okay)\b[\s,:.!]+"
    r"|(?:can|could|would|will) you (?:please )?|(?:i want|i'd like|i would like) you to "
    r"|let's |let us )(?=.)",
    re.IGNORECASE,
)
_POLITE_END = re.compile(r"[\s,]+(?:please|thanks|thank you|for me)\s*[.!?]*$|[\s.!?]+$", re.IGNORECASE)
_WORK = re.compile(
    r"\b(?:research|find|compare|write|summar|report|analy[sz]e|investigate|list|collect|look|prepare|draft|plan|make"
    r"|create|build|rebuild|explain|translate|check|review|fix|book|send|buy|get|search|update|improve|add|change"
    r"|delete|rename|deploy|test|give|show|tell|count|calculate|generate|sort|teach|run)\w*\b",
    re.IGNORECASE,
)


def understand(text: str) -> list[Intent]:
    """What a message asks for, in order. Never empty; words that no phrase knows come back as Unknown."""
    intents: list[Intent] = []
    piece, rest = "", _BULLET.sub("", text.strip(), count=1) if _BULLET.match(text) else text.strip()
    for number in range(MOST_PIECES + 1):
        if not rest:
            break
        head, separator, rest = _cut(rest) if number < MOST_PIECES else (rest, "", "")
        piece += head
        # A file's text or a command may hold what looks like a separator: it runs on until something new.
        if rest and _runs_on(piece) and isinstance(_match(_cut(rest)[0]), Unknown):
            piece += separator
            continue
        intents += _intents_in(piece)
        piece = ""
    return intents or [Explain()]


def _cut(text: str) -> tuple[str, str, str]:
    """The first piece, the separator after it, and the rest. Quoted words are never cut."""
    quoted = [span.span() for span in re.finditer(QUOTED, text, re.DOTALL)]
    for found in _SEPARATOR.finditer(text):
        if found.start() and not any(start < found.end() and found.start() < end for start, end in quoted):
            return text[: found.start()], found.group(), text[found.end() :]
    return text, "", ""


def _runs_on(piece: str) -> bool:
    intent = _match(piece)
    return isinstance(intent, Write | Ask) or (isinstance(intent, Run) and "`" not in piece)


def _intents_in(piece: str) -> list[Intent]:
    if not piece.strip(" \n\t.,;!?-*•"):
        return []
    whole = _match(piece)
    if isinstance(whole, Write | Ask | Summarise):
        return [whole]
    first, *others = _AND.split(piece)
    parts = [first]
    for joint, part in zip(others[::2], others[1::2], strict=True):
        if isinstance(_match(parts[-1]), Unknown) or isinstance(_match(part), Unknown):
            parts[-1] += joint + part
        else:
            parts.append(part)
    return [_match(part) for part in parts]


def _match(piece: str) -> Intent:
    plain = piece.strip()
    while polite := _POLITE.match(plain):
        plain = plain[polite.end() :]
    bare = _POLITE_END.sub("", plain) or plain
    for phrase, build in PHRASES:
        # What a person writes into a file keeps its last full stop; everything else is read without it.
        found = phrase.fullmatch(plain if "text" in phrase.groupindex else bare)
        if found and (intent := build(found)) is not None:
            return intent
    return Unknown(piece.strip(), work=bool(_WORK.search(piece)))
