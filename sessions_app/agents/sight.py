"""How a model sees a screen: the size of the pictures that it takes, and how it says where something is."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image as Pictures

from .ports import Image

THOUSANDTHS = 1000
JPEG_QUALITY = 80


@dataclass(frozen=True)
class Sight:
    """A larger picture is scaled down before it is sent, so that points are those of what the model saw.

    `thousandths`: points run from 0 to 999 either way, whatever the size, as Northstar gives them.
    """

    longest_side: int = 1568
    most_pixels: int = 1_150_000
    thousandths: bool = False

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Of the picture that the model is sent of a screen of this size."""
        scale = min(1.0, self.longest_side / max(width, height), (self.most_pixels / (width * height)) ** 0.5)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def shown(self, picture: bytes, width: int, height: int) -> Image:
        """The picture, a JPEG or PNG of this size, as the model is sent it."""
        size = self.size(width, height)
        if size == (width, height):
            return Image(picture, "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg")
        written = io.BytesIO()
        with Pictures.open(io.BytesIO(picture)) as opened:
            opened.convert("RGB").resize(size, Pictures.Resampling.LANCZOS).save(
                written, "JPEG", quality=JPEG_QUALITY
            )
        return Image(written.getvalue(), "image/jpeg")

    def point(self, x: int, y: int, width: int, height: int) -> tuple[int, int]:
        """A point that the model named, on the screen of this size."""
        across, down = (THOUSANDTHS, THOUSANDTHS) if self.thousandths else self.size(width, height)
        return x * width // across, y * height // down


# By a word in the model's name. Anthropic's limits are those of its documentation on vision, with which
# the pictures of the others stay within theirs too.
_BY_NAME = {"northstar": Sight(thousandths=True)}


def sight_of(model: str) -> Sight:
    return next((sight for word, sight in _BY_NAME.items() if word in model.lower()), Sight())
