"""One look at a session for all who watch it.

A viewer is a coroutine that iterates over `follow`. The bell only wakes; what is sent is read from the
database after the last number that was sent, so a bell that was lost costs time and never an event.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from asgiref.sync import sync_to_async

from sessions_app import fragments
from sessions_app.fragments import Audience

from .feed import Batch, Look, look, missed, newest_seq
from .ring import Ring
from .watches import Watch, Watches

BATCH_SECONDS = 0.05
TAIL_SECONDS = 0.1  # live text is read no more often than this


@dataclass(frozen=True)
class Message:
    """What one viewer is sent: drawn events with their numbers, or pieces of the page without any."""

    html: str
    first: int | None = None
    last: int | None = None


class SessionWatch(Watch):
    def __init__(self, session_id: int) -> None:
        super().__init__(f"session {session_id}", gap_seconds=BATCH_SECONDS)
        self.session_id = session_id
        self.last: int | None = None  # the number of the last event that was drawn
        self._facts: object = None
        self._tails_due_at = 0.0

    async def look(self) -> bool:
        now = asyncio.get_running_loop().time()
        with_tails = now >= self._tails_due_at
        if with_tails:
            self._tails_due_at = now + TAIL_SECONDS
        found = await sync_to_async(look)(
            self.session_id,
            self.last,
            audiences=tuple(self.rings),
            newcomers=self.newcomers,
            facts=self._facts,
            with_tails=with_tails,
        )
        self._keep(found)
        return found.more or not with_tails

    def _keep(self, found: Look) -> None:
        """Here, and not in the thread that looked: viewers read the rings between two awaits."""
        self.last, self._facts = found.last, found.facts
        for audience, ring in self.rings.items():
            if audience in found.batches:
                ring.add(found.batches[audience])
            ring.lay(found.pieces.get(audience, {}))
            if found.live is not None:
                ring.lay_live(found.live)

    async def batches(self, ring: Ring, audience: Audience, after: int) -> list[Batch]:
        """What a viewer who has seen `after` lacks of what was drawn."""
        last = self.last or 0
        if after >= last:
            return []
        kept = ring.after(after)
        if kept is not None:
            return kept
        return await sync_to_async(lambda: list(missed(self.session_id, audience, after=after, up_to=last)))()


watched_sessions = Watches(SessionWatch, keys_are_sessions=True)


async def follow(session_id: int, audience: Audience, after: int) -> AsyncGenerator[Message, None]:
    """All that a viewer needs who has seen `after`, for as long as they iterate. Raises LookBroke."""
    after = min(after, await sync_to_async(newest_seq)(session_id))
    async with watched_sessions.joined(session_id, audience) as (watch, ring):
        looks = revision = 0
        while True:
            looks = await watch.next_look(looks)
            for batch in await watch.batches(ring, audience, after):
                yield Message(batch.html, batch.first, batch.last)
                after = batch.last
            pieces, revision = ring.pieces_since(revision), ring.revision
            if pieces:
                yield Message(fragments.envelopes(pieces))
