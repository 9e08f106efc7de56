"""A worker that can be looked at, stopped and killed between and in its steps."""

from __future__ import annotations

from asgiref.sync import async_to_sync

from sessions_app.agents.endings import Ending
from sessions_app.agents.loop import advance
from sessions_app.models import Task, attempt
from sessions_app.runners import endings
from sessions_app.runners.drive import Drive, Wish
from sessions_app.runners.holding import Holding
from sessions_app.runners.recording import RowRecord
from sessions_app.runners.workbench import Workbench

from .thinking import TOOLS


class Worker:
    """One attempt, by the code of `Drive`, but a turn at a time. Each call raises Fenced, or Killed."""

    def __init__(self, task: Task, claimed: attempt.Attempt, bench: Workbench) -> None:
        self.holding = Holding(task, claimed, bench.store)
        self._drive = Drive(task, worker=claimed.worker, bench=bench)
        self._record = RowRecord(self.holding, bench.room_for(task.session))
        async_to_sync(self._prepare)()

    @classmethod
    def claiming(cls, task: Task, name: str, bench: Workbench) -> Worker | None:
        claimed = attempt.claim(task, worker=name)
        return cls(task, claimed, bench) if claimed else None

    async def _prepare(self) -> None:
        self._work = await self._drive._prepare(self.holding, self._record)
        self._work.tools = TOOLS

    def turn(self) -> bool:
        """Look at what people want, then advance. True when this worker has nothing more to do."""
        return async_to_sync(self._turn)()

    async def _turn(self) -> bool:
        came_to: Ending | Wish | None = await self._drive._look(self._work, self.holding)
        if came_to is None:
            came_to = await advance(self._work)
        elif came_to is Wish.PAUSE and self._work.memory.final_answer():
            came_to = await advance(self._work) or came_to
        if came_to is None:
            return False
        if came_to is Wish.STOP:
            await endings.stop(self.holding)
            return True
        if came_to is not Wish.STEER and await self._drive._end(self.holding, came_to):
            return True
        await self._prepare()
        return False

    def renew(self) -> bool:
        return self.holding.attempt.renew()

    def park(self) -> None:
        async_to_sync(endings.park)(self.holding, "The server was stopped.")

    def break_down(self) -> None:
        async_to_sync(endings.fail)(self.holding, RuntimeError("Something is wrong."))
