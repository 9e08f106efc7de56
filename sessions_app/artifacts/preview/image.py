"""Pictures. Each is shown as an <img> from the second origin: also an SVG, whose scripts do not run there."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from PIL import Image, ImageOps

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.sizes import size_words
from sessions_app.artifacts.store import Content

SHOWN_PIXELS = 20_000_000
SCALED_PIXELS = 80_000_000  # beyond that, decoding would take some 300 MB of memory
SCALED_SIDE = 2400
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
SCALED_TYPE = "image/webp"
# What Pillow raises, or warns of, for files that are broken or made to harm.
_UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True)
class ImagePreview:
    """`scaled`: the smaller copy is shown. Not `drawable`: only the name and size are."""

    shape: ClassVar[str] = "image"
    file: KeptFile
    size: str  # "1280 × 720 · 412 KB"
    scaled: bool
    drawable: bool


def image_preview(file: KeptFile, store: Content) -> ImagePreview:
    size = size_words(file.size_bytes)
    if file.name.lower().endswith(".svg"):
        return ImagePreview(file, f"SVG · {size}", scaled=False, drawable=True)
    with store.open(file.sha256) as stream:
        found = dimensions(stream)
    if found is None:
        return ImagePreview(file, size, scaled=False, drawable=False)
    width, height = found
    return ImagePreview(
        file,
        f"{width:,} × {height:,} · {size}",
        scaled=bool(file.preview_sha256),
        drawable=bool(file.preview_sha256) or width * height <= SHOWN_PIXELS,
    )


def dimensions(stream: BinaryIO) -> tuple[int, int] | None:
    """Width and height in pixels, read from the head of the file; None for what is no picture."""
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            return picture.size
    except _UNREADABLE:
        return None


def smaller_copy(stream: BinaryIO) -> bytes | None:
    """A WebP of at most 2,400 pixels a side, for a picture of 20 to 80 megapixels; None for any other."""
    found = dimensions(stream)
    if found is None or not SHOWN_PIXELS < found[0] * found[1] <= SCALED_PIXELS:
        return None
    stream.seek(0)
    target = io.BytesIO()
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            picture.draft("RGB", (SCALED_SIDE, SCALED_SIDE))
            picture.thumbnail((SCALED_SIDE, SCALED_SIDE))
            ImageOps.exif_transpose(picture).save(target, "WEBP", quality=82)
    except _UNREADABLE:
        return None
    return target.getvalue()
