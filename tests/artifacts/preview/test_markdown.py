from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from sessions_app.artifacts.preview.markdown import MarkdownPreview, markdown_preview, rendered
from sessions_app.artifacts.preview.text import SourcePreview
from sessions_app.artifacts.store import BlobStore
from tests.artifacts.conftest import Keep


def page(text: str) -> BeautifulSoup:
    return BeautifulSoup(rendered(text), "html.parser")


def test_markdown_is_rendered() -> None:
    shown = page("# Plan\n\n- *one*\n- ~~two~~\n\n| a | b |\n|---|--:|\n| x | 1 |\n\n```python\nx = 1\n```\n")
    assert [item.get_text() for item in shown.select("ul li")] == ["one", "two"]
    assert shown.select_one("td.n").get_text() == "1"  # type: ignore[union-attr]
    assert shown.select("pre code span.mi")


def test_a_heading_is_a_place_that_a_link_in_the_text_finds() -> None:
    shown = page("[go](#what-changed)\n\n## What changed\n")
    link, heading = shown.a, shown.h3
    assert link and heading
    assert link["href"] == f"#{heading['id']}"
    assert heading["id"] != "what-changed", "it could take the place of an id of ours"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<iframe src=//evil.example></iframe>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://evil.example/who-reads-this)",
        "<style>*{display:none}</style>",
        "<form action=//evil.example><input name=password></form>",
        "```html\n<script>alert(1)</script>\n```",
    ],
)
def test_markdown_runs_and_loads_nothing(text: str) -> None:
    shown = page(text)
    assert not shown.select("script, img, iframe, style, form, input")
    assert not [link for link in shown.select("a") if str(link.get("href", "")).startswith(("java", "data"))]


def test_a_relative_link_does_not_lead_into_the_dashboard() -> None:
    shown = page("[x](/logout/) [y](other.md) [z](//evil.example) [w](https://example.org)")
    assert [link.get("href") for link in shown.select("a")] == [None, None, None, "https://example.org"]
    assert set(shown.select("a")[3]["rel"]) >= {"noopener", "noreferrer"}


def test_an_image_becomes_a_link_that_waits_for_a_click() -> None:
    link = page("![The chart](https://example.org/c.png)").a
    assert link
    assert (link.get_text(), link["href"]) == ("The chart", "https://example.org/c.png")


def test_a_file_over_a_megabyte_is_shown_as_its_source(store: BlobStore, keep: Keep) -> None:
    assert isinstance(markdown_preview(keep("a.md", b"# Hi"), store), MarkdownPreview)
    large = markdown_preview(keep("a.md", b"text\n" * 210_000), store)
    assert isinstance(large, SourcePreview)
    assert large.notice == "It is larger than 256 KB. This is its source."
