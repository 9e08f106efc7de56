from __future__ import annotations

import re

from bs4 import BeautifulSoup

from sessions_app.artifacts.preview.code import HIGHLIGHT_LIMIT, code_preview
from sessions_app.artifacts.store import BlobStore
from tests.artifacts.conftest import Keep


def test_code_is_coloured_by_class_and_keeps_its_lines(store: BlobStore, keep: Keep) -> None:
    source = '\n\ndef greet():\n    """Two\n    lines."""\n    return "<b>"\n'
    preview = code_preview(keep("app.py", source.encode()), store)
    shown = BeautifulSoup(f"<pre>{chr(10).join(preview.lines)}</pre>", "html.parser")
    assert shown.get_text() == source.removesuffix("\n")
    assert len(preview.lines) == 6
    assert 'class="k"' in preview.lines[2]
    assert "style=" not in "".join(preview.lines)


def test_each_line_is_whole_html_by_itself(store: BlobStore, keep: Keep) -> None:
    preview = code_preview(keep("app.py", b'x = """one\ntwo\nthree"""\n'), store)
    for line in preview.lines:
        assert len(re.findall("<span", line)) == len(re.findall("</span>", line))


def test_an_unknown_language_is_shown_plain(store: BlobStore, keep: Keep) -> None:
    assert code_preview(keep("a.unknown", b"<a> & b"), store).lines == ["&lt;a&gt; &amp; b"]


def test_a_long_file_is_shown_without_colours(store: BlobStore, keep: Keep) -> None:
    line = b"x = 1  # " + b"y" * 200 + b"\n"
    preview = code_preview(keep("a.py", line * (HIGHLIGHT_LIMIT // 200 + 1)), store)
    assert not any("<span" in line for line in preview.lines)
    assert len(preview.lines) == HIGHLIGHT_LIMIT // 200 + 1
