from __future__ import annotations

import io

import pytest
from PIL import Image

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.preview.image import image_preview, smaller_copy
from sessions_app.artifacts.store import BlobStore
from tests.artifacts.conftest import Keep


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("L", (width, height)).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_says_its_measures(store: BlobStore, keep: Keep, kind: str) -> None:
    shown = image_preview(keep(f"a.{kind.lower()}", picture(1280, 720, kind)), store)
    assert shown.size.startswith("1,280 × 720 · ")
    assert shown.drawable
    assert not shown.scaled


def test_a_large_picture_is_shown_by_a_smaller_copy() -> None:
    copy = smaller_copy(io.BytesIO(picture(6000, 4000)))
    assert copy
    with Image.open(io.BytesIO(copy)) as small:
        assert (small.format, small.size) == ("WEBP", (2400, 1600))


def test_a_small_picture_needs_no_copy_and_a_bomb_gets_none() -> None:
    assert smaller_copy(io.BytesIO(picture(100, 100))) is None
    assert smaller_copy(io.BytesIO(picture(20_000, 5_000))) is None
    assert smaller_copy(io.BytesIO(picture(20_000, 10_000))) is None


def test_a_bomb_is_not_drawn(store: BlobStore, keep: Keep) -> None:
    shown = image_preview(keep("bomb.png", picture(20_000, 4_500)), store)
    assert not shown.drawable


def test_a_scaled_picture_keeps_its_true_measures(store: BlobStore) -> None:
    data = picture(6000, 4000)
    file = KeptFile("a.png", store.put(data), len(data), store.put(b"copy"))
    shown = image_preview(file, store)
    assert (shown.scaled, shown.drawable) == (True, True)
    assert shown.size.startswith("6,000 × 4,000 · ")


def test_a_broken_picture_is_not_drawn(store: BlobStore, keep: Keep) -> None:
    assert not image_preview(keep("a.png", b"\x89PNG\r\n\x1a\n nothing follows"), store).drawable
    assert smaller_copy(io.BytesIO(picture(6000, 4000)[:200])) is None


def test_an_svg_is_a_picture_too(store: BlobStore, keep: Keep) -> None:
    shown = image_preview(keep("a.svg", b"<svg><script>alert(1)</script></svg>"), store)
    assert (shown.size, shown.drawable) == ("SVG · 36 bytes", True)
