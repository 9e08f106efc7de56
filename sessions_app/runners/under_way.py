from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from sessions_app.agents.ports import Thought
from sessions_app.models import Tail

from .holding import Holding
from .tails import LiveTail


class AnswerUnderWay:
    """What a model thinks and says before its answer is whole, in two tails of the session."""

    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._tails: dict[str, LiveTail] = {}

    async def thinking(self, thought: Thought) -> None:
        began_at = timezone.now() - timedelta(seconds=thought.seconds)
        seconds = thought.seconds if thought.over else None
        await self._tail(Tail.THINKING).show(thought.text, began_at=began_at, seconds=seconds)

    async def saying(self, text: str) -> None:
        await self._tail(Tail.SAYING).show(text)

    def _tail(self, name: str) -> LiveTail:
        if name not in self._tails:
            self._tails[name] = LiveTail(self._holding, name, step=None)
        return self._tails[name]

    async def end(self) -> None:
        """Write no more of it. Its rows go by `drop`, in the transaction of what it came to."""
        while self._tails:
            _, tail = self._tails.popitem()
            await tail.end()

    def drop(self) -> None:
        self._holding.drop_tails(Tail.THINKING, Tail.SAYING)
