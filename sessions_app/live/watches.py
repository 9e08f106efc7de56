from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from sessions_app.fragments import Audience
from sessions_app.models import bell

from .looker import Looker
from .ring import Ring


class Watch(Looker):
    """Something that people watch, drawn once for each audience among them."""

    def __init__(self, name: str, *, gap_seconds: float) -> None:
        super().__init__(name, gap_seconds=gap_seconds)
        self.rings: dict[Audience, Ring] = {}

    @property
    def newcomers(self) -> list[Audience]:
        """Audiences for which nothing has been drawn yet."""
        return [audience for audience, ring in self.rings.items() if ring.is_new]


Watched = TypeVar("Watched", bound=Watch)


class Watches(Generic[Watched]):
    """What is watched from this process, by its key. Nobody looks at what nobody watches."""

    def __init__(self, begin: Callable[[int], Watched], *, keys_are_sessions: bool) -> None:
        self.by_key: dict[int, Watched] = {}
        self._begin = begin
        self._keys_are_sessions = keys_are_sessions
        self._stop_listening: Callable[[], None] | None = None

    @contextlib.asynccontextmanager
    async def joined(self, key: int, audience: Audience) -> AsyncIterator[tuple[Watched, Ring]]:
        """The watch of this key, for as long as one of its viewers stays."""
        watch = self.by_key.get(key)
        if watch is None or watch.has_ended:
            watch = self.by_key[key] = self._begin(key)
            self._stop_listening = self._stop_listening or bell.listen(self._heard)
        ring = watch.rings.setdefault(audience, Ring())
        ring.viewers += 1
        watch.wake()
        try:
            yield watch, ring
        finally:
            ring.viewers -= 1
            if not ring.viewers:
                watch.rings.pop(audience, None)
            if not watch.rings:
                await self._end(key, watch)

    async def _end(self, key: int, watch: Watched) -> None:
        if self.by_key.get(key) is watch:
            del self.by_key[key]
        if not self.by_key and self._stop_listening:
            self._stop_listening()
            self._stop_listening = None
        await watch.end()

    def _heard(self, session_id: int) -> None:
        """Called by whatever thread committed something of a session."""
        if not self._keys_are_sessions:
            for watch in tuple(self.by_key.values()):
                watch.wake()
        elif watched := self.by_key.get(session_id):
            watched.wake()
