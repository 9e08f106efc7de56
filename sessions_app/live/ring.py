from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from .feed import Batch

RING_EVENTS = 500
RING_CHARACTERS = 2_000_000


class Ring:
    """What was drawn last for one audience: the latest batches, and each piece beside the transcript.

    Viewers that are a little behind are served from here; those further behind read for themselves.
    """

    def __init__(self) -> None:
        self.viewers = 0
        self.revision = 0
        self._batches: deque[Batch] = deque()
        self._pieces: dict[str, tuple[int, str]] = {}  # by place: revision and drawing

    @property
    def is_new(self) -> bool:
        return not self._pieces

    def add(self, batch: Batch) -> None:
        self._batches.append(batch)
        while len(self._batches) > 1 and self._is_over_full():
            self._batches.popleft()

    def _is_over_full(self) -> bool:
        events = self._batches[-1].last - self._batches[0].first + 1
        return events > RING_EVENTS or sum(len(batch.html) for batch in self._batches) > RING_CHARACTERS

    def after(self, seq: int) -> list[Batch] | None:
        """The batches that follow `seq`. None when none begins there: it is too old, or inside of one."""
        if not any(batch.first == seq + 1 for batch in self._batches):
            return None
        return [batch for batch in self._batches if batch.first > seq]

    def lay(self, pieces: Mapping[str, str]) -> None:
        """Keep those pieces that changed, under a new revision."""
        changed = {place: piece for place, piece in pieces.items() if self._drawn(place) != piece}
        if changed:
            self.revision += 1
            self._pieces |= {place: (self.revision, piece) for place, piece in changed.items()}

    def _drawn(self, place: str) -> str | None:
        return self._pieces[place][1] if place in self._pieces else None

    def lay_live(self, pieces: Mapping[str, str]) -> None:
        """The same for live text, of which nothing is kept once it is not drawn any more."""
        for place in [place for place in self._pieces if place.endswith("-output") and place not in pieces]:
            del self._pieces[place]
        self.lay(pieces)

    def pieces_since(self, revision: int) -> dict[str, str]:
        return {place: piece for place, (laid, piece) in self._pieces.items() if laid > revision}
