"""Text as it is, with line numbers. Also the way back for whatever cannot be shown better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.html import escape
from django.utils.safestring import SafeString

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.kinds import as_text
from sessions_app.artifacts.sizes import size_words
from sessions_app.artifacts.store import Content

SHOWN_LINES = 2000
SHOWN_LINE_LENGTH = 2000
READ_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class SourcePreview:
    """Lines of HTML, one for each line of the file. `notice` says what is left out."""

    shape: ClassVar[str] = "source"
    path: str
    lines: Sequence[SafeString]
    notice: str = ""


def text_preview(file: KeptFile, store: Content, *, notice: str = "") -> SourcePreview:
    lines, cut = read_lines(file, store)
    return SourcePreview(file.path, [escape(line) for line in lines], notice or cut)


def read_lines(file: KeptFile, store: Content) -> tuple[list[str], str]:
    """The lines that are shown, each at most 2,000 characters, and a sentence on those that are not."""
    text = as_text(store.read(file.sha256, limit_bytes=READ_BYTES))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    shown = [line if len(line) <= SHOWN_LINE_LENGTH else line[:SHOWN_LINE_LENGTH] + "…" for line in lines]
    return shown[:SHOWN_LINES], _left_out(len(lines), file.size_bytes)


def _left_out(lines: int, size_bytes: int) -> str:
    if size_bytes > READ_BYTES:
        shown = min(lines, SHOWN_LINES)
        return (
            f"These are the first {shown:,} lines of {size_words(size_bytes)}. Download it to see the rest."
        )
    if lines > SHOWN_LINES:
        return f"These are the first {SHOWN_LINES:,} of {lines:,} lines. Download it to see the rest."
    return ""
