"""Source code, highlighted: pygments gives the classes, static/css/code.css the colours."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.util import ClassNotFound

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.store import Content

from .text import SourcePreview, read_lines

HIGHLIGHT_LIMIT = 100_000  # characters; some 0.3 s, and 2 s for what was made to be slow


def code_preview(file: KeptFile, store: Content, *, notice: str = "") -> SourcePreview:
    """The first 2,000 lines, in colour where pygments knows the name and the text is not long."""
    lines, cut = read_lines(file, store)
    return SourcePreview(file.path, _coloured(file.name, lines), notice or cut)


def _coloured(name: str, lines: list[str]) -> list[SafeString]:
    try:
        # Nothing is stripped, so that line 40 here is line 40 of the file.
        lexer = get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return [escape(line) for line in lines]
    # pygments closes and opens its elements at each line's end.
    return [SafeString(line) for line in coloured("\n".join(lines), lexer).split("\n")]


def coloured(text: str, lexer: Lexer | str) -> SafeString:
    """Code as HTML: pygments' classes where the language is known and the text not long, else escaped."""
    if isinstance(lexer, str):
        try:
            lexer = get_lexer_by_name(lexer, stripnl=False, ensurenl=False)
        except ClassNotFound:
            return escape(text)
    if len(text) > HIGHLIGHT_LIMIT:
        return escape(text)
    return SafeString(highlight(text, lexer, HtmlFormatter(nowrap=True)).removesuffix("\n"))
