"""Keeps the secrets of a session out of what is written of it and out of what its model is told.

Each is looked for as it is and as programs print it: in addresses, in JSON, HTML and shell quotes, in base64
by itself and within a longer text. Where a text was cut, a piece of one at the edge counts too. What an agent
makes of a secret otherwise, letter by letter or turned around, is not found; nor is what a picture shows.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from sessions_app.models.secret import SHORTEST

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse

ALIGNED = 8  # a value from this length on is also found where base64 has it within a longer text
# What programs read in a payload, and nobody else: a secret that happens to be such a word must not break it.
STRUCTURAL = frozenset(
    "call_id response blob image image_type output_blob diff_blob screenshot boot kind change by sha tool "
    "worker model effort deadline_at".split()
)


class Masking:
    """Learns secrets and never unlearns one: what was given once may still be printed."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # by each form of a value, the longest first
        self._any = re.compile("(?!)")

    def learn(self, secrets: Mapping[str, str]) -> None:
        names = dict(self._names)
        for name, value in secrets.items():
            for form in _forms(value):
                names.setdefault(form, name)
        if len(names) > len(self._names):
            # Put in place whole: a thread may be masking meanwhile.
            self._names = dict(sorted(names.items(), key=lambda known: -len(known[0])))
            self._any = re.compile("|".join(map(re.escape, self._names)))

    def text(self, text: str) -> str:
        # Finding a string is many times quicker than matching one of many.
        if any(form in text for form in self._names):
            text = self._any.sub(lambda found: _mark(self._names[found[0]]), text)
        return "…".join(self._edges(part) for part in text.split("…")) if self._names else text

    def data(self, data: bytes) -> bytes:
        """The same for what a program printed, whether or not all of it is text."""
        return self.text(data.decode(errors="surrogateescape")).encode(errors="surrogateescape")

    def value(self, value: Any) -> Any:
        """The same for all texts of a payload."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: inner if key in STRUCTURAL else self.value(inner) for key, inner in value.items()}
        return [self.value(inner) for inner in value] if isinstance(value, list | tuple) else value

    def response(self, response: ModelResponse) -> ModelResponse:
        """An answer of a model, its frame untouched."""
        return replace(response, parts=[self._part(part) for part in response.parts])

    def _part(self, part: Any) -> Any:
        if part.part_kind == "tool-call":
            args = self.value(part.args)
            return part if args == part.args else replace(part, args=args)
        content = getattr(part, "content", None)
        if not isinstance(content, str) or (masked := self.text(content)) == content:
            return part
        # A signature vouches for every letter of a thought.
        unsigned = {"signature": None} if part.part_kind == "thinking" else {}
        return replace(part, content=masked, **unsigned)

    def _edges(self, text: str) -> str:
        """Without the beginning of a secret where the text breaks off, or the end of one where it sets in."""
        for form, name in self._names.items():
            piece = _fragment(form)
            end = text.rstrip("\n[ ")
            at = end.find(form[:piece], max(0, len(end) - len(form)))
            while at >= 0 and not form.startswith(end[at:]):
                at = end.find(form[:piece], at + 1)
            if at >= 0:
                text = end[:at] + _mark(name) + text[len(end) :]
            text = _without_end(text, form, piece, name)
        return text


def _without_end(text: str, form: str, piece: int, name: str) -> str:
    begin = text.lstrip("]\n ")
    at = begin[: len(form)].rfind(form[-piece:])
    while at >= 0 and not form.endswith(begin[: at + piece]):
        at = begin[: at + piece - 1].rfind(form[-piece:])
    if at < 0:
        return text
    return text[: len(text) - len(begin)] + _mark(name) + begin[at + piece :]


def _mark(name: str) -> str:
    return f"‹secret {name}›"


def _fragment(form: str) -> int:
    """How many letters of a form at an edge count: fewer are found in too much that is harmless."""
    return min(max(SHORTEST, len(form) // 2), 6)


def _forms(value: str) -> Iterator[str]:
    quoted = {quote(value, safe=""), quote(value), quote_plus(value)}
    written = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], html.escape(value)}
    printed = {value, shlex.quote(value).strip("'"), *quoted, *written, *_in_base64(value.encode())}
    lowered = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), form) for form in quoted}
    yield from (form for form in printed | lowered if len(form) >= SHORTEST)


def _in_base64(value: bytes) -> Iterator[str]:
    for encode in (base64.standard_b64encode, base64.urlsafe_b64encode):
        yield encode(value).decode().rstrip("=")
        for before in range(3) if len(value) >= ALIGNED else ():
            # The letters that depend on this value alone, wherever it begins among the others' bytes
            whole = encode(b"\0" * before + value).decode().rstrip("=")
            yield whole[(before * 8 + 5) // 6 : (before + len(value)) * 8 // 6]
