"""A person looks at the computer of a session, and acts on it while they have control."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from sessions_app.computers.client import door
from sessions_app.computers.client.door import Connection
from sessions_app.models import Computer, User
from sessions_app.models.takeover import Takeover

from .acts import Acts
from .seat import NoSeat, person, seat_at_session

log = logging.getLogger(__name__)

USAGE_SECONDS = 5.0
LOOK_SECONDS = 1.0  # who has control, and whether the computer runs
CHECK_EVERY = 30  # looks, after which it is asked anew whether the person may see it


class ComputerSocket(AsyncWebsocketConsumer):
    """Tells the page {"state": "live", "asleep" or "none"} and {"mine": whether it has control}.

    What the page sends counts only while its person has control: asked of the rows, not of the page.
    """

    kind: str  # of the computer; empty for all
    may_act = False

    async def connect(self) -> None:
        await self.accept()
        self.taken: Takeover | None = None
        self.acts = Acts()
        self._told = ""
        self._held: Connection | None = None
        self._serving = asyncio.create_task(self._serve(), name=f"serves {self.scope['path']}")

    async def disconnect(self, code: int) -> None:
        if serving := getattr(self, "_serving", None):
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await self.acts.flush()
            if self._held is not None:
                await self._held.close()

    @property
    def session_id(self) -> int:
        return int(self.scope["url_route"]["kwargs"]["pk"])

    async def show(self, computer: Computer) -> None:
        """Show it for as long as it runs. Raises NotRunning."""
        raise NotImplementedError

    async def _serve(self) -> None:
        try:
            self.may_act = (await seat_at_session(self.scope, self.session_id)).directs
            self.person = await person(self.scope)
        except NoSeat as refused:
            await self.close(code=refused.code)
            return
        try:
            # A group, for when one of them ends by a fault the others end with it.
            async with asyncio.TaskGroup() as group:
                for watch in (self._watch_control, self._watch_computer, self._watch_usage):
                    group.create_task(watch())
        except* NoSeat as refused:
            await self.close(code=_code_of(refused))
        except* Exception:
            log.exception("socket broke path=%s", self.scope["path"])
            await self.close()

    async def _watch_control(self) -> None:
        looks = 0
        while True:
            looks += 1
            if looks % CHECK_EVERY == 0:
                self.may_act = (await seat_at_session(self.scope, self.session_id)).directs
            await self.look_for_control()
            await self._hold_awake()
            await asyncio.sleep(LOOK_SECONDS)

    async def look_for_control(self) -> None:
        taken = await sync_to_async(self._control)(self.person)
        if (taken and taken.pk) != (self.taken and self.taken.pk):
            self.taken = taken
            await self.control_changed()
            await self.tell(mine=taken is not None)

    async def _hold_awake(self) -> None:
        """Who has control keeps the computer from falling asleep; who only watches does not."""
        if self._held is not None and (self.taken is None or self._held.lost):
            await self._held.close()
            self._held = None
        if self.taken is not None and self._held is None and await self._computer_id():
            computer_id = await self._computer_id()
            with contextlib.suppress(door.NotRunning):
                self._held = await door.connect(settings.COMPUTERS_DIR, computer_id, holds=True)

    def _control(self, person: User) -> Takeover | None:
        mine = Takeover.objects.filter(session=self.session_id, until=None, by=person)
        return mine.select_related("session", "by").first() if self.may_act else None

    async def control_changed(self) -> None:
        """This person has control by now, or has it no more."""

    async def _watch_computer(self) -> None:
        while True:
            computers = Computer.objects.filter(session=self.session_id).exclude(boot="")
            computer = await (computers.filter(kind=self.kind) if self.kind else computers).afirst()
            if computer is None:
                await self.tell(state="none")
            else:
                with contextlib.suppress(door.NotRunning):
                    await self.show(computer)
                await self.tell(state="asleep")
            await asyncio.sleep(LOOK_SECONDS)

    async def _watch_usage(self) -> None:
        """What the computer takes of what it may, while it runs."""
        while True:
            if computer_id := await self._computer_id():
                with contextlib.suppress(door.NotRunning):
                    await self.tell(usage=await door.usage(settings.COMPUTERS_DIR, computer_id))
            await asyncio.sleep(USAGE_SECONDS)

    async def _computer_id(self) -> str:
        """Empty where the session has none yet."""
        found = Computer.objects.filter(session=self.session_id).exclude(boot="")
        uuid = await found.values_list("uuid", flat=True).afirst()
        return uuid.hex if uuid else ""

    async def tell(self, **news: object) -> None:
        text = json.dumps(news)
        if "state" not in news or text != self._told:
            self._told = text if "state" in news else self._told
            await self.send(text_data=text)


def _code_of(refused: BaseExceptionGroup[NoSeat]) -> int:
    first = refused.exceptions[0]
    return first.code if isinstance(first, NoSeat) else _code_of(first)
