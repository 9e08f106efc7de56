from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async

from sessions_app.agents.ports import JsonValue, SavedArtifact, StepState
from sessions_app.agents.sight import Sight
from sessions_app.artifacts import saving
from sessions_app.computers.base import Computer
from sessions_app.models import Session, Task, budget

from .holding import Holding, OpenStep
from .room import ComputerRoom
from .tails import LiveTail
from .words import doing

COMMANDS = frozenset({"command_started"})


class RowDesk:
    """What one tool call has in reach, on rows. The `Desk` of agents/ports."""

    def __init__(self, holding: Holding, room: ComputerRoom, call_id: str, sight: Sight) -> None:
        self.call_id = call_id
        self.sight = sight
        self._holding = holding
        self._room = room
        self._tail: LiveTail | None = None

    @property
    def has_begun(self) -> bool:
        return self.call_id in self._holding.opened

    async def computer(self) -> Computer:
        """Held to what it may reach as things stand now: a grant may have come, or have been taken back."""
        computer = await self._room.computer()
        situation = await self._holding.situation()
        await computer.allow_hosts(situation.policy.reachable)
        return computer

    async def open_step(self, kind: str, **payload: JsonValue) -> StepState:
        known = self._holding.opened.get(self.call_id)
        if known is not None:
            # What a page was told is not repeated; a command is found by its call id while its boot lasts.
            again = known.kind in COMMANDS and known.boot == payload.get("boot")
            return StepState.AGAIN if again else StepState.INTERRUPTED
        seq = await self._holding.write(partial(self._open, kind, {"call_id": self.call_id, **payload}))
        self._holding.opened[self.call_id] = OpenStep(seq, kind, str(payload.get("boot", "")))
        return StepState.NEW

    def _open(self, kind: str, payload: dict[str, Any], session: Session) -> int:
        event = self._holding.append(session, kind, payload)
        Task.objects.filter(pk=self._holding.task.pk).update(doing=doing(kind, event.payload))
        return event.seq

    async def live(self, text: str) -> None:
        if self._tail is None:
            step = self._holding.opened.get(self.call_id)
            self._tail = LiveTail(self._holding, self.call_id, step=step.seq if step else None)
        await self._tail.show(text)

    async def secrets(self) -> Mapping[str, str]:
        return await self._holding.secrets()

    async def keep(self, data: bytes, *, picture: bool = False) -> str:
        return await self._holding.keep(data, as_it_is=picture)

    async def save_artifact(self, path: str, title: str) -> SavedArtifact:
        computer = await self.computer()
        collected = await saving.collect(computer, path, self._holding.store)
        title = self._holding.masking.text(title)
        record = partial(saving.record, task=self._holding.task, collected=collected, title=title)
        version, _ = await self._holding.write(record)
        return SavedArtifact(
            artifact=version.artifact_id,
            version=version.pk,
            number=version.number,
            name=await sync_to_async(lambda: version.artifact.name)(),
            kind=version.kind,
            files=len(version.files),
            size_bytes=version.size_bytes,
        )

    async def progress(self, text: str, percent: int | None) -> None:
        def say(session: Session) -> None:
            told = self._holding.append(session, "progressed", {"text": text, "percent": percent})
            Task.objects.filter(pk=self._holding.task.pk).update(doing=doing(told.kind, told.payload))

        await self._holding.write(say)

    async def seconds_left(self) -> float | None:
        return await sync_to_async(budget.seconds_left)(self._holding.task)

    async def end_live(self) -> None:
        if self._tail is not None:
            await self._tail.end()

    async def stop_command(self) -> bool:
        """End the command that this call runs, if it runs one. Its output so far comes back as its result."""
        step = self._holding.opened.get(self.call_id)
        if step is None or step.kind not in COMMANDS:
            return False
        async with asyncio.timeout(2):
            await (await self.computer()).stop_command(self.call_id)
        return True
