"""JSON as a tree that opens level by level."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.kinds import as_text
from sessions_app.artifacts.store import Content

from .code import code_preview
from .text import SourcePreview

LIMIT_BYTES = 2 * 1024 * 1024
OPEN_LEVELS = 2
DEPTH_LIMIT = 60
SHOWN_CHILDREN = 200
SHOWN_NODES = 4000
SHOWN_TEXT_LENGTH = 1000


class _Number(str):
    """A number as it is written: no digit is lost, and a long one costs nothing."""


@dataclass(frozen=True)
class JsonPreview:
    shape: ClassVar[str] = "json"
    html: SafeString


def json_preview(file: KeptFile, store: Content) -> JsonPreview | SourcePreview:
    if file.size_bytes > LIMIT_BYTES:
        return code_preview(file, store)
    text = as_text(store.read(file.sha256))
    try:
        value = json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
    except json.JSONDecodeError as fault:
        return code_preview(file, store, notice=f"Line {fault.lineno:,} is no JSON. This is the text.")
    except RecursionError:
        return code_preview(file, store, notice="It is nested too deeply for a tree. This is the text.")
    return JsonPreview(_Tree().drawn(value))


class _Tree:
    """Draws values until 4,000 are drawn: a page with more is slow to open."""

    def __init__(self) -> None:
        self.left = SHOWN_NODES

    def drawn(self, value: Any, label: SafeString | str = "", *, depth: int = 0) -> SafeString:
        self.left -= 1
        if isinstance(value, dict) and value:
            members = (
                (format_html('<span class="nt">{}</span>: ', key), inner) for key, inner in value.items()
            )
            return self._branch(members, label, _counted(len(value), "key"), depth=depth)
        if isinstance(value, list) and value:
            members = (
                (format_html('<span class="o">{}</span> ', place), inner) for place, inner in enumerate(value)
            )
            return self._branch(members, label, _counted(len(value), "item"), depth=depth)
        return format_html("{}{}", label, _leaf(value))

    def _branch(
        self, members: Iterable[tuple[SafeString, Any]], label: SafeString | str, size: str, *, depth: int
    ) -> SafeString:
        if depth >= DEPTH_LIMIT:
            return format_html('{}<span class="c1">{}, not shown</span>', label, size)
        items = SafeString("").join(self._items(members, depth=depth + 1))
        opened = SafeString(" open") if depth < OPEN_LEVELS else ""
        return format_html(
            '<details{}><summary>{}<span class="c1">{}</span></summary><ul>{}</ul></details>',
            opened,
            label,
            size,
            SafeString(items),
        )

    def _items(self, members: Iterable[tuple[SafeString, Any]], *, depth: int) -> Iterator[SafeString]:
        for place, (label, value) in enumerate(members):
            if place == SHOWN_CHILDREN or self.left <= 0:
                yield SafeString('<li class="c1">More is not shown. Download it to see the rest.</li>')
                return
            yield format_html("<li>{}</li>", self.drawn(value, label, depth=depth))


def _leaf(value: Any) -> SafeString:
    """A value in the colour that pygments gives to its like."""
    if isinstance(value, _Number):
        return format_html('<span class="mi">{}</span>', value)
    if isinstance(value, str):
        short = value if len(value) <= SHOWN_TEXT_LENGTH else value[:SHOWN_TEXT_LENGTH] + "…"
        return format_html('<span class="s2">{}</span>', json.dumps(short, ensure_ascii=False))
    return format_html('<span class="kc">{}</span>', json.dumps(value))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
