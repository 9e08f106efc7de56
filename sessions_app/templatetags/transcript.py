"""Filters for what agents, web pages and programs wrote: hostile text goes in, safe HTML comes out."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from sessions_app.artifacts.preview.markdown import rendered
from sessions_app.models import ArtifactKind, Question, approval

register = template.Library()

# Marks that turn the direction of writing around, and other characters that show nothing of themselves
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_HUNK = re.compile(r"@@ -(\d{1,9})(?:,\d+)? \+(\d{1,9})(?:,\d+)? @@")
_ESCAPE = re.compile(r"\x1b(?:\[([0-9;?]*)([A-Za-z])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_COLOURS = {"31": "em", "91": "em", "32": "b", "92": "b"}


@register.filter
def markdown(text: str) -> SafeString:
    """What a model wrote, as HTML: no raw HTML, no images, links only to web pages and mail."""
    return _rendered(text)


@lru_cache(maxsize=512)
def _rendered(text: str) -> SafeString:
    """Kept, since a page and each kind of viewer would render it again."""
    return rendered(text, anchors=False)


@register.filter
def neutral(text: object) -> SafeString:
    """A name on one line, in which marks that would turn or hide letters are shown as such."""
    shown = _INVISIBLE.sub(lambda found: f"‹U+{ord(found[0]):04X}›", str(text).replace("\n", "⏎"))
    return format_html("<bdi>{}</bdi>", shown)


@register.filter
def exact(text: str) -> SafeString:
    """What somebody is to decide about, word for word: every mark that shows nothing of itself is named."""
    shown = _INVISIBLE.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)
    return mark_safe(escape(shown))  # noqa: S308  escaped


@register.filter
def covers(question: Question) -> list[str]:
    """What it would cover to allow it for longer than once."""
    return approval.covers(question)


@register.filter
def once_in_words(question: Question) -> str:
    return "Allow for this task" if approval.lasts_a_task(question) else "Allow once"


@register.filter
def is_short(question: Question) -> bool:
    return approval.is_short(question)


@register.filter
def said(text: str) -> SafeString:
    """What a person wrote, line by line."""
    return format_html('<p class="as-typed">{}</p>', text)


@register.filter
def log(text: str) -> SafeString:
    """What a program printed: red and green survive, every other control sequence goes."""
    html: list[str] = []
    opened = ""
    end = 0
    # A line that was printed over itself, such as a progress bar, shows its last state.
    lines = text.replace("\r\n", "\n").split("\n")
    text = "\n".join(line.rpartition("\r")[2] for line in lines)
    for found in _ESCAPE.finditer(text):
        html.append(_shown(text[end : found.start()]))
        end = found.end()
        if found[2] == "m":
            html.append(f"</{opened}>" if opened else "")
            opened = next((_COLOURS[code] for code in (found[1] or "").split(";") if code in _COLOURS), "")
            html.append(f"<{opened}>" if opened else "")
    html += [_shown(text[end:]), f"</{opened}>" if opened else ""]
    return mark_safe("".join(html))  # noqa: S308  each text was escaped


def _shown(text: str) -> str:
    return str(escape(_INVISIBLE.sub("�", text)))


@register.filter
def diff_lines(diff: str) -> SafeString:
    """A unified diff, line by line with its numbers: hunk heads, and what went, came and stayed."""
    rows: list[str] = []
    old = new = 0
    for line in diff.splitlines():
        if found := _HUNK.match(line):
            old, new = int(found[1]), int(found[2])
            rows.append(format_html('<span class="hunk">{}</span>', _INVISIBLE.sub("�", line)))
        elif line.startswith(("--- ", "+++ ")) and not old and not new:
            continue
        elif line.startswith("-"):
            rows.append(_diff_row("del", old, line[1:]))
            old += 1
        elif line.startswith("+"):
            rows.append(_diff_row("ins", new, line[1:]))
            new += 1
        elif line.startswith("\\"):
            rows.append(format_html('<span class="c">{}</span>', line[2:]))
        else:
            rows.append(_diff_row("span", new, line[1:]))
            old, new = old + 1, new + 1
    return mark_safe("".join(rows))  # noqa: S308  each row was escaped


def _diff_row(tag: str, number: int, text: str) -> str:
    shown = _INVISIBLE.sub("�", text) or " "
    return format_html("<{} data-n={}>{}</{}>", mark_safe(tag), number, shown, mark_safe(tag))  # noqa: S308


@register.filter
def numbered(text: str, first_line: int) -> SafeString:
    """An excerpt with the numbers of its lines."""
    lines = text.splitlines()
    return mark_safe("".join(_diff_row("span", first_line + n, line) for n, line in enumerate(lines)))  # noqa: S308


@register.filter
def address(url: str) -> SafeString:
    """A web address without its scheme, as short as people say it."""
    return neutral(re.sub(r"^https?://", "", url).rstrip("/"))


@register.filter
def moment(text: str) -> datetime | None:
    """A moment as an event holds it."""
    return parse_datetime(text)


@register.simple_tag
def changed_lines(added: int | None, removed: int | None) -> SafeString:
    """+2 −1"""
    parts = [format_html('<span class="add">+{}</span>', added)] if added else []
    parts += [format_html('<span class="sub">−{}</span>', removed)] if removed else []
    return format_html('<span class="num">{}</span>', mark_safe(" ".join(parts) or "no lines"))  # noqa: S308


@register.filter
def one_line(text: str) -> SafeString:
    """A command on one line, for the line that opens its step."""
    return neutral(" ".join(text.split()))


_KINDS = {kind.value: kind.label for kind in ArtifactKind}
_SHAPES = {"site": "globe", "image": "image", "table": "table", "other": "box"}


@register.filter
def kind_label(kind: str) -> str:
    """What kind of artifact it is, in a word."""
    return _KINDS.get(kind, "File")


@register.filter
def kind_icon(kind: str) -> str:
    return _SHAPES.get(kind, "file")
