from __future__ import annotations

from collections.abc import AsyncGenerator

from asgiref.sync import sync_to_async

from sessions_app import fragments
from sessions_app.fragments import Audience

from .seat import seat_in_space
from .socket import LiveSocket, Sent
from .space import Mark, overview
from .watches import Watch, Watches

LOOK_SECONDS = 0.5  # a busy space is drawn anew no more often than this


class SpaceWatch(Watch):
    """A space of which somebody has a page open."""

    def __init__(self, space_id: int) -> None:
        super().__init__(f"space {space_id}", gap_seconds=LOOK_SECONDS)
        self.space_id = space_id
        self.waiting = 0
        self.moved_in: dict[int, int] = {}  # by session: the look that saw it in another group
        self._marks: dict[int, Mark] | None = None

    async def look(self) -> bool:
        found = await sync_to_async(overview)(
            self.space_id, self._marks, audiences=tuple(self.rings), newcomers=self.newcomers
        )
        self._marks, self.waiting = found.marks, found.waiting
        self.moved_in |= dict.fromkeys(found.moved, self.looks + 1)
        for audience, ring in self.rings.items():
            ring.lay(found.pieces.get(audience, {}))
        return False


watched_spaces = Watches(SpaceWatch, keys_are_sessions=False)


class SpaceSocket(LiveSocket):
    """The frame and the dashboard, `?space=3`: rows that changed, the agents, how many sessions wait.

    A row is changed in place. `moved` names sessions that belong into another group, or are new: a page that
    lists sessions fetches its list anew once nobody points at it.
    """

    async def seat(self) -> Audience:
        return await seat_in_space(self.scope, self.number("space"))

    async def messages(self, audience: Audience) -> AsyncGenerator[Sent, None]:
        async with watched_spaces.joined(self.number("space"), audience) as (watch, ring):
            revision, seen = 0, watch.looks
            looks = 0
            while True:
                looks = await watch.next_look(looks)
                moved = [pk for pk, look in watch.moved_in.items() if look > seen]
                pieces, revision, seen = ring.pieces_since(revision), ring.revision, looks
                if pieces or moved:
                    html = fragments.envelopes(pieces)
                    yield {"content": html, "moved": moved, "waiting": watch.waiting}
