"""One attempt at a task, from its claim to its end. Readable from top to bottom.

    claim → recall → (look at wishes → read messages → advance)* → wait · pause · complete · fail · cancel

The worker can be killed anywhere: whoever claims the task next goes on from the rows.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import Enum
from typing import cast

import structlog
from asgiref.sync import sync_to_async
from django.db import Error

from sessions_app.agents.endings import Answered, Ending, Fault, RanOut, Waiting
from sessions_app.agents.entries import MessageRead
from sessions_app.agents.instructions import instructions
from sessions_app.agents.loop import Work, advance
from sessions_app.agents.memory import Memory
from sessions_app.agents.sight import sight_of
from sessions_app.agents.tools.registry import on
from sessions_app.agents.window import tokens_within
from sessions_app.computers.errors import ComputerError
from sessions_app.computers.results import ComputerKind
from sessions_app.models import Fenced, Task, attempt, budget, message
from sessions_app.models.computer import kind_of

from . import endings
from .delivering import deliver
from .holding import Holding
from .permissions import policy_of
from .recall import recall_in_pages
from .recording import RowRecord
from .room import ComputerRoom
from .situation import Situation, Thought
from .workbench import Workbench

log = structlog.get_logger(__name__)

RENEW_SECONDS = 10
LEAVE_SECONDS = 2.0  # for a computer to hear what it may reach from now on
STOP_SECONDS = 1.0  # that a command gets to end by itself when a person stops its task


class Wish(Enum):
    """What a person asked of a task under way."""

    STOP = "stop"
    PAUSE = "pause"
    STEER = "steer"


class Drive:
    """Drives one task. `run` returns when no worker is needed any more; `stop` may be called meanwhile."""

    def __init__(self, task: Task, *, worker: str, bench: Workbench) -> None:
        self._task = task
        self._worker = worker
        self._bench = bench
        self._stop = asyncio.Event()
        self._thinks_with: Thought = ("", "", None)

    def stop(self) -> None:
        """Somebody asked the task to stop, or its time has run out."""
        self._stop.set()

    async def run(self) -> None:
        """After a CancelledError the task waits in the queue for its next attempt.

        Raises a database Error where not even the end could be written; the lease then runs out.
        """
        claimed = await sync_to_async(attempt.claim)(self._task, worker=self._worker)
        if claimed is None:
            return
        holding = Holding(self._task, claimed, self._bench.store)
        room = self._bench.room_for(holding.session)
        renewing = asyncio.create_task(self._renew(holding))
        try:
            await self._work(holding, room)
        except Fenced:
            log.info("fenced", task=self._task.pk, fence=claimed.fence)
        except asyncio.CancelledError:
            await asyncio.shield(endings.park(holding, "The server was stopped."))
            raise
        except Exception as fault:
            await self._fail(holding, fault)
        finally:
            renewing.cancel()
            await self._leave(room)

    async def _leave(self, room: ComputerRoom) -> None:
        """What it left running may reach what its session may: what was granted to the task ended with it."""
        try:
            with suppress(ComputerError, TimeoutError, Error):
                async with asyncio.timeout(LEAVE_SECONDS):
                    await room.hold_to(await sync_to_async(policy_of)(self._task))
        finally:
            await room.close()

    async def _work(self, holding: Holding, room: ComputerRoom) -> None:
        record = RowRecord(holding, room)
        while True:
            await deliver(holding, room)
            work = await self._prepare(holding, record)
            ending = await self._go_on(work, holding, record)
            if ending is Wish.STOP:
                return await endings.stop(holding)
            if ending is not Wish.STEER and await self._end(holding, ending):
                return

    async def _prepare(self, holding: Holding, record: RowRecord) -> Work:
        task, agent = holding.task, holding.session.agent
        secrets = await holding.secrets()
        await sync_to_async(holding.read_open_steps)()
        self._thinks_with = (await holding.situation()).thinks_with
        model = await self._bench.providers.model(
            task.model,
            effort=task.effort,
            temperature=task.temperature,
            space=holding.session.space_id,
            conversation=f"session-{task.session_id}",
        )
        if model.secret_key:
            holding.masking.learn({"API key": model.secret_key})  # which its server may repeat
        record.sight = sight_of(task.model)
        kind = cast(ComputerKind, await sync_to_async(kind_of)(holding.session))
        memory = Memory(
            self._bench.store.read,
            sees_images=model.ability.sees_images,
            most_tokens=tokens_within(model.ability.context_tokens),
        )
        pages = recall_in_pages(task.session)
        while (entries := await sync_to_async(lambda: next(pages, None))()) is not None:
            await asyncio.to_thread(memory.extend, entries)  # this loop serves the pages of the dashboard
        return Work(
            model=model,
            memory=memory,
            record=record,
            instructions=instructions(
                agent.name,
                agent.instructions,
                sees_images=model.ability.sees_images,
                secrets=secrets,
                kind=kind,
            ),
            max_steps=task.max_steps,
            tools=on(kind),
        )

    async def _go_on(self, work: Work, holding: Holding, record: RowRecord) -> Ending | Wish:
        """Advance until the agent comes to an end, or somebody wants something else before."""
        while (instead := await self._look(work, holding)) is None:
            step = asyncio.create_task(advance(work))
            try:
                ending = await self._finish(step, record)
            except asyncio.CancelledError:
                if not self._stop.is_set():
                    raise
                return Wish.STOP
            if ending is not None:
                return ending
        if instead is Wish.PAUSE and work.memory.final_answer():
            return await advance(work) or instead  # it has said its last word: that ends it all the same
        return instead

    async def _look(self, work: Work, holding: Holding) -> Wish | RanOut | None:
        """What comes instead of the next step. None: nothing; the agent has read what was sent to it."""
        situation = await holding.situation()
        if wish := self._wish(situation):
            return wish
        if situation.has_unread:
            await self._read_messages(work, holding)
        return await self._used_up(work, holding) if situation.is_limited else None

    async def _finish(self, step: asyncio.Task[Ending | None], record: RowRecord) -> Ending | None:
        """One advance, cut short when somebody stops the task: first its command, whose output is kept."""
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({step, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not step.done():
                await _end_commands(step, record)
            return await step
        finally:
            stopping.cancel()
            step.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await step

    def _wish(self, situation: Situation) -> Wish | None:
        if self._task.stop_asked_at is not None or self._task.is_past_its_time:
            self._stop.set()
        if self._stop.is_set():
            return Wish.STOP
        if self._task.pause_asked_at is not None:
            return Wish.PAUSE
        return Wish.STEER if situation.thinks_with != self._thinks_with else None

    async def _read_messages(self, work: Work, holding: Holding) -> None:
        read = sync_to_async(message.read_messages)
        for one in await read(self._task, fence=holding.attempt.fence):
            work.memory.append(MessageRead(one.text))

    async def _used_up(self, work: Work, holding: Holding) -> RanOut | None:
        """What the task has no more of. An answer that is its last word anyway needs no more."""
        if work.memory.finishing or work.memory.final_answer():
            return None
        asks_next = not work.memory.pending()
        limit = await sync_to_async(budget.used_up)(holding.task, before_call=asks_next)
        return RanOut(limit) if limit else None

    async def _end(self, holding: Holding, ending: Ending | Wish) -> bool:
        """Write the ending down. False when there is more to do: a message or an answer came in between."""
        match ending:
            case Answered():
                return await endings.answered(holding, ending)
            case Waiting():
                return await endings.wait(holding)
            case RanOut():
                return await endings.ran_out(holding, ending)
            case Wish():
                return await endings.pause(holding)

    async def _fail(self, holding: Holding, fault: Exception) -> None:
        if not isinstance(fault, Fault | ComputerError):
            log.exception("attempt_failed", task=self._task.pk, session=self._task.session_id)
        with suppress(Fenced):
            await endings.fail(holding, fault)

    async def _renew(self, holding: Holding) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                if not await sync_to_async(holding.attempt.renew)():
                    self._stop.set()
            except Error:
                # The lease outlives two renewals that could not be written.
                log.warning("lease_not_renewed", task=self._task.pk, exc_info=True)


async def _end_commands(step: asyncio.Task[Ending | None], record: RowRecord) -> None:
    with suppress(ComputerError, TimeoutError):
        if await record.stop_commands():
            await asyncio.wait({step}, timeout=STOP_SECONDS)
    step.cancel()
