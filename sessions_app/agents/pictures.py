from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from pydantic_ai.messages import BinaryContent, ModelMessage, ModelRequest, ToolReturnPart

from .ports import Image

LEFT_OUT = "[The screenshot taken here is not shown again.]"
SHOWN = 3
SHOWN_IN_LITTLE_ROOM = 1
LITTLE_ROOM_TOKENS = 30_000
CHARACTERS_EACH = 6_000  # that a picture takes the room of


class _Picture(NamedTuple):
    message: ModelRequest
    place: int
    image: str | Image
    media_type: str


class Pictures:
    """The last few screenshots of a session, shown where they were taken. Older ones are the first to go."""

    def __init__(self, load: Callable[[str], bytes], most: int) -> None:
        self._load = load
        self._shown: deque[_Picture] = deque(maxlen=most)

    def add(self, message: ModelRequest, place: int, image: str | Image, media_type: str) -> None:
        """The part at this place of the request took it; its text ends with LEFT_OUT."""
        self._shown.append(_Picture(message, place, image, media_type))

    def show_at_most(self, most: int) -> bool:
        """From now on. False when no more were shown anyway."""
        had_more = len(self._shown) > most
        self._shown = deque(self._shown, maxlen=min(most, self._shown.maxlen or 0))
        return had_more

    def illustrate(self, message: ModelMessage) -> ModelMessage:
        """The message with those of its pictures that are shown."""
        pictures = [picture for picture in self._shown if picture.message is message]
        if not pictures or not isinstance(message, ModelRequest):
            return message
        parts = list(message.parts)
        for picture in pictures:
            part = parts[picture.place]
            if not isinstance(part, ToolReturnPart):
                continue
            text = str(part.content).removesuffix(LEFT_OUT).rstrip()
            parts[picture.place] = ToolReturnPart(
                part.tool_name, [text, self._open(picture)], part.tool_call_id, outcome=part.outcome
            )
        return replace(message, parts=parts)

    def _open(self, picture: _Picture) -> BinaryContent:
        if isinstance(picture.image, Image):
            return BinaryContent(data=picture.image.data, media_type=picture.image.media_type)
        return BinaryContent(data=self._load(picture.image), media_type=picture.media_type)
