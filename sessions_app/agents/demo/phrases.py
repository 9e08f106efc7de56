"""The phrases that the demo knows. Patterns, not intelligence: what they miss is not understood."""

from __future__ import annotations

import re
from collections.abc import Callable

from .intents import (
    Ask,
    Change,
    Edit,
    Explain,
    Intent,
    MakeSite,
    OpenPage,
    Read,
    Run,
    Summarise,
    Wait,
    Write,
)
from .palette import COLOURS

QUOTED = r"```(?:\w*\n)?.+?```|`[^`]+`|\"[^\"]+\"|“[^”]+”|‘[^’]+’|«[^»]+»|(?<!\w)'[^'\n]+'(?!\w)"
_CLOSING = {"`": "`", '"': '"', "'": "'", "“": "”", "‘": "’", "«": "»"}
_ADDRESS = (
    r"(?:https?://|www\.)[^\s<>\"'`“”]+|(?:localhost|\d+(?:\.\d+){3})(?::\d+)?(?:/[^\s<>\"'`“”]*)?"
    r"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|eu)\b(?:/[^\s<>\"'`“”]*)?"
)
_PATH = rf"(?P<path>{QUOTED}|[\w./-]+)"
_IT = r"(?:it|this|that|them|everything|the \w+(?: \w+)?)"
_COMMAND = r"(?:run|execute)(?: (?:the|this))?(?: (?:shell |bash |terminal )?command)?"
_REPLACE = rf"(?P<old>{QUOTED}|.+?) (?:with|by|to) (?P<new>{QUOTED}|.+?)"


def unquoted(text: str) -> str:
    """A quoted thing without its quotes, or the text as it is."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and len(text) > 6:
        return re.sub(r"^\w*\n", "", text[3:-3]).strip()
    return text[1:-1] if len(text) > 1 and _CLOSING.get(text[0]) == text[-1] else text


def addresses(text: str) -> list[str]:
    """The web addresses in a text, in order, each once."""
    return list(dict.fromkeys(_address(found) for found in re.findall(_ADDRESS, text, re.IGNORECASE)))


def _address(text: str) -> str:
    text = text.rstrip(".,;:!?)]}")
    if re.match(r"https?://", text, re.IGNORECASE):
        return text
    return f"{'http' if re.match(r'localhost|[0-9.]+(?:[:/]|$)', text) else 'https'}://{text}"


def _site(found: re.Match[str]) -> Intent:
    return MakeSite(unquoted(found["topic"] or ""))


def _command(found: re.Match[str]) -> Intent:
    return Run(unquoted(found["command"]))


def _write(found: re.Match[str]) -> Intent | None:
    path = unquoted(found["path"])
    is_file = found["file"] or (re.search(r"[./]", path) and "://" not in path)
    return Write(path, unquoted(found["text"])) if is_file else None


def _read(found: re.Match[str]) -> Intent | None:
    path = unquoted(found["path"])
    is_file = found["file"] or (re.search(r"\w\.\w", path) and not addresses(path))
    return Read(path) if is_file else None


def _edit(found: re.Match[str]) -> Intent:
    old, new = unquoted(found["old"]), unquoted(found["new"])
    return Edit(unquoted(found["path"]), old, new, everywhere=bool(found["everywhere"]))


def _summarise(found: re.Match[str]) -> Intent:
    return Summarise(_address(found["url"]))


def _wait(found: re.Match[str]) -> Intent:
    number = 1 if found["number"].lower() in {"a", "one"} else int(found["number"])
    return Wait(number * (60 if (found["unit"] or "").lower().startswith("m") else 1))


def _ask(found: re.Match[str]) -> Intent:
    words = unquoted(re.sub(r"^(?:about|for)\s+", "", found["what"], flags=re.IGNORECASE))
    several = r"\b(?:several|any of|some of|one or more|all that apply)\b"
    choices = _choices(words)
    question = re.sub(rf"^whether (?:to )?|\s*\({several}\)", "", words, flags=re.IGNORECASE)
    if choices:
        question = question.partition(":")[0]
    question = _capitalised(question.rstrip(" ?."))
    return Ask(f"{question}?", choices, several=bool(choices and re.search(several, words, re.IGNORECASE)))


def _choices(words: str) -> tuple[str, ...]:
    """The labels in "whether tea or coffee", "which drink: tea, coffee or milk", "which of red and green"."""
    lead = r"(?:.*?(?::|\bwhether(?: to)?\b|\b(?:out )?of\b|\bbetween\b|,)\s+)"
    found = re.fullmatch(rf"{lead}(?P<list>.+?\s(?:or|and)\s.+?)\??", words, re.IGNORECASE | re.DOTALL)
    pieces = re.split(r"\s*,\s*(?:(?:or|and)\s+)?|\s+(?:or|and)\s+", found["list"]) if found else []
    labels = tuple(dict.fromkeys(_capitalised(unquoted(one)) for one in pieces if one.strip()))
    return labels if 2 <= len(labels) <= 9 else ()


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _colour(found: re.Match[str]) -> Intent | None:
    colour = unquoted(found["colour"]).lower()
    return Change("colour", colour) if "word" in found.groupdict() or colour in COLOURS else None


def _title(found: re.Match[str]) -> Intent:
    return Change("title", unquoted(found["title"]))


_RULES: list[tuple[str, Callable[[re.Match[str]], Intent | None]]] = [
    (rf"{_COMMAND}:?\s+(?P<command>{QUOTED})(?: in .*)?", _command),
    (rf"{_COMMAND}\s*:\s*(?P<command>.+)", _command),
    (r"(?:run|execute) (?:the |this )?command\s+(?P<command>.+)", _command),
    (
        r"(?:make|build|create|write|design|put together|set up)(?: me| us)?(?: [\w-]+){0,5}?"
        r" (?:web ?sites?|sites?|web ?pages?|landing pages?|home ?pages?|pages?)"
        r"(?: (?:about|for|on|of|that presents|presenting|describing) (?P<topic>.+))?",
        _site,
    ),
    (
        r"(?:write|create|save|make)(?: (?:a|the|to))?(?: new)?(?P<file> (?:text )?file)?(?: called| named)?"
        rf" {_PATH}\s*(?::|,? with(?: the)?(?: texts?| contents?)?:?\s|,? (?:containing|saying):?\s)"
        r"\s*(?P<text>.+)",
        _write,
    ),
    (rf"(?:write|save|put) (?P<text>{QUOTED}) (?:to|into|in)(?: the)?(?P<file> file)? {_PATH}[.!]*", _write),
    (
        rf"(?:edit|change|update|in)(?: the)?(?: file)? {_PATH}\s*[:,]?\s*(?:and |by )?"
        rf"(?:replace|replacing|change) {_REPLACE}(?P<everywhere> everywhere)?",
        _edit,
    ),
    (rf"replace {_REPLACE} in(?: the)?(?: file)? {_PATH}(?P<everywhere> everywhere)?", _edit),
    (rf"(?:read|show|print|open|display)(?: me)?(?: the)?(?P<file> file)? {_PATH}", _read),
    (
        rf"(?:open|visit|go to|read|look at|browse(?: to)?|fetch)\s+(?P<url>{_ADDRESS})[.,;]?"
        r"\s*(?:and|then|to)\s+(?:then )?"
        r"(?:summari[sz]e|sum up|(?:give me|write) (?:a |the )?summary of)\b.*",
        _summarise,
    ),
    (
        r"(?:summari[sz]e|sum up|(?:write|give me|make) (?:a |the )?(?:short )?summary of)(?: the)?"
        rf"(?: (?:web ?)?(?:page|site|article))?(?: (?:at|on|from))?\s+(?P<url>{_ADDRESS}).*",
        _summarise,
    ),
    (rf"(?:summari[sz]e|sum up) {_IT}", lambda found: Summarise("")),
    (
        rf"(?:open|visit|go to|browse(?: to)?|look at)\s+(?:the (?:page|site) (?:at )?)?(?P<url>{_ADDRESS})",
        lambda found: OpenPage(_address(found["url"])),
    ),
    (r"ask me(?: a question)?[:,]?\s+(?P<what>.+)", _ask),
    (
        r"(?:wait|sleep|pause)(?: for)? (?P<number>\d{1,6}|a|one)"
        r"\s*(?P<unit>seconds?|secs?|s|minutes?|mins?|m)?",
        _wait,
    ),
    (
        rf"(?:(?:make|keep) {_IT} )?(?:a (?:bit|little) )?(?:much )?shorter"
        rf"|(?:shorten|cut|trim) {_IT}(?: down)?",
        lambda found: Change("shorter"),
    ),
    (
        rf"(?:make {_IT} )?(?:a (?:bit|little) )?(?:much )?longer|lengthen {_IT}",
        lambda found: Change("longer"),
    ),
    (
        r"(?:add|include|draw|make|put|insert|create)(?: in)?(?: an?| the)?(?: \w+)?"
        r" (?:chart|graph|diagram)s?(?:(?: to it| in it| to the \w+)?"
        r"(?:\s*:\s*|\s+(?:of|with|for|from|showing)\s+)(?P<numbers>.+)| (?:to|in) .+)?",
        lambda found: Change("chart", found["numbers"] or ""),
    ),
    (
        rf"(?:change|set|make|turn|switch)(?: {_IT})?(?: the| its)?(?: \w+)? (?P<word>colou?r)(?: of {_IT})?"
        r"(?: to| into| be| =)? (?P<colour>[\w#-]+)",
        _colour,
    ),
    (rf"(?:make|turn|paint|colou?r|use)(?: {_IT})?(?: into)? (?P<colour>[\w#-]+)(?: instead)?", _colour),
    (
        rf"(?:change|set|make|rename)(?: the| its)? (?:title|heading|headline|name)(?: of {_IT})?"
        r"(?: to| be|:) (?P<title>.+)",
        _title,
    ),
    (rf"(?:call|rename|title|name) {_IT}(?: to)? (?P<title>.+)", _title),
    (
        r"(?:hi|hello|hey|help|thanks|thank you|good (?:morning|evening)|what can (?:you|i) (?:do|ask)"
        r"(?: you)?|who are you|what are you|how (?:do|can) (?:you|i) .*)",
        lambda found: Explain(),
    ),
]
PHRASES = [(re.compile(rule, re.IGNORECASE | re.DOTALL), build) for rule, build in _RULES]
