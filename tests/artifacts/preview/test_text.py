from __future__ import annotations

from sessions_app.artifacts.preview.text import text_preview
from sessions_app.artifacts.store import BlobStore
from tests.artifacts.conftest import Keep


def test_text_is_shown_line_by_line_and_does_nothing(store: BlobStore, keep: Keep) -> None:
    preview = text_preview(keep("a.txt", b"one\r\n<script>alert(1)</script>\n\nlast"), store)
    assert preview.lines == ["one", "&lt;script&gt;alert(1)&lt;/script&gt;", "", "last"]
    assert preview.notice == ""


def test_a_long_text_ends_after_2000_lines_and_says_so(store: BlobStore, keep: Keep) -> None:
    preview = text_preview(keep("a.log", b"line\n" * 5312), store)
    assert len(preview.lines) == 2000
    assert preview.notice == "These are the first 2,000 of 5,312 lines. Download it to see the rest."


def test_a_huge_text_is_read_in_part(store: BlobStore, keep: Keep) -> None:
    preview = text_preview(keep("a.log", b"x" * 99 + b"\n" + b"line\n" * 1_000_000), store)
    assert preview.notice == "These are the first 2,000 lines of 4.8 MB. Download it to see the rest."


def test_a_line_without_end_is_cut(store: BlobStore, keep: Keep) -> None:
    preview = text_preview(keep("a.txt", b"x" * 100_000), store)
    assert [len(line) for line in preview.lines] == [2001]


def test_an_empty_file_has_no_lines(store: BlobStore, keep: Keep) -> None:
    assert text_preview(keep("a.txt", b""), store).lines == []
