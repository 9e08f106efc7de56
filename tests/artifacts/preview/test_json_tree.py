from __future__ import annotations

from bs4 import BeautifulSoup

from sessions_app.artifacts.preview.json_tree import JsonPreview, json_preview
from sessions_app.artifacts.preview.text import SourcePreview
from sessions_app.artifacts.store import BlobStore
from tests.artifacts.conftest import Keep


def tree(store: BlobStore, keep: Keep, text: str) -> BeautifulSoup:
    preview = json_preview(keep("data.json", text.encode()), store)
    assert isinstance(preview, JsonPreview)
    return BeautifulSoup(preview.html, "html.parser")


def test_a_tree_opens_to_its_second_level(store: BlobStore, keep: Keep) -> None:
    shown = tree(store, keep, '{"a": {"b": {"c": [1, 2]}}, "d": "text"}')
    assert [found.has_attr("open") for found in shown.select("details")] == [True, True, False, False]
    assert [found.get_text() for found in shown.select("summary")] == [
        "2 keys",
        "a: 1 key",
        "b: 1 key",
        "c: 2 items",
    ]


def test_values_are_shown_as_they_are_written(store: BlobStore, keep: Keep) -> None:
    long_number = "1" * 5000
    shown = tree(store, keep, f'[1.10, {long_number}, true, null, "é\\n", {{}}, []]')
    values = [item.get_text().split(" ", 1)[1] for item in shown.select("li")]
    assert values == ["1.10", long_number, "true", "null", '"é\\n"', "{}", "[]"]


def test_keys_and_values_do_nothing(store: BlobStore, keep: Keep) -> None:
    shown = tree(store, keep, '{"<script>": "<img src=x onerror=alert(1)>"}')
    assert not shown.select("script, img")
    assert "<script>" in shown.get_text()


def test_a_large_tree_ends_and_says_so(store: BlobStore, keep: Keep) -> None:
    shown = tree(store, keep, "[" + ",".join(["[" + ",".join("1" * 300) + "]"] * 100) + "]")
    assert "More is not shown." in shown.get_text()
    assert len(shown.select("*")) < 15_000


def test_what_is_no_json_is_shown_as_text(store: BlobStore, keep: Keep) -> None:
    shown = json_preview(keep("data.json", b'{"a": 1,\n "b": }\n'), store)
    assert isinstance(shown, SourcePreview)
    assert shown.notice == "Line 2 is no JSON. This is the text."


def test_what_is_nested_without_end_is_shown_as_text(store: BlobStore, keep: Keep) -> None:
    assert isinstance(json_preview(keep("data.json", b"[" * 200_000), store), SourcePreview)
    assert "not shown" in tree(store, keep, "[" * 200 + "]" * 200).get_text()


def test_more_than_two_megabytes_are_shown_as_text(store: BlobStore, keep: Keep) -> None:
    shown = json_preview(keep("data.json", b'["' + b"x" * 2_100_000 + b'"]'), store)
    assert isinstance(shown, SourcePreview)
