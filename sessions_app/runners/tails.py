from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from django.db.models import F

from sessions_app.models import Fenced, Session, Tail, bell
from sessions_app.models.event_kinds import sound

from .holding import Holding

INTERVAL_SECONDS = 0.1


class LiveTail:
    """Writes the live end of one call, at most ten times a second; the last text always gets written.

    Losing a write loses nothing: what is whole becomes an event.
    """

    def __init__(self, holding: Holding, call_id: str, *, step: int | None) -> None:
        self._holding = holding
        self._call_id = call_id
        self._step = step
        self._shown: dict[str, Any] = {}
        self._writing: asyncio.Task[None] | None = None

    async def show(self, text: str, **more: Any) -> None:
        """The text, whole so far; `more` are further fields of the row."""
        self._shown = {"text": text, **more}
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def end(self) -> None:
        """Write no more. The row goes with the event that is whole."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)

    async def _write(self) -> None:
        shown = None
        with suppress(Fenced):  # the next event that is written says so
            while shown != self._shown:
                shown = self._shown
                await self._holding.write(self._put)
                await asyncio.sleep(INTERVAL_SECONDS)

    def _put(self, session: Session) -> None:
        whole = self._holding.masking.text(sound(self._shown["text"]))
        text = whole.encode()[-Tail.TEXT_LIMIT :].decode(errors="ignore")
        key: dict[str, Any] = {"task": self._holding.task, "call_id": self._call_id}
        fresh = {**self._shown, "text": text, "step": self._step}
        if not Tail.objects.filter(**key).update(revision=F("revision") + 1, **fresh):
            Tail.objects.create(**key, **fresh, session=session)
        self._holding.tails.add(self._call_id)
        bell.ring(session.pk)
