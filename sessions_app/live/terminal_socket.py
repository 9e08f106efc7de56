from __future__ import annotations

import asyncio
import json
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

from sessions_app.computers.client.terminal import Terminal, TerminalRefused
from sessions_app.models import Computer, Session, User

from .computer_socket import ComputerSocket

NAME = "1"
MOST_UNSEEN_BYTES = 512 * 1024
SAID_SECONDS = 60.0  # that somebody uses the terminal is written down once in so long


class TerminalSocket(ComputerSocket):
    """Bytes as the terminal shows them; {"offset"} is the place of the next, {"closed"} why there is none.

    The page opens it with {"t": "open", "columns", "rows", "offset"}, and says {"t": "resize", …},
    {"t": "type", "text"} and, of what it has drawn, {"t": "seen", "offset"}.
    Whoever directs the session may type; others see what is shown.
    """

    kind = ""
    terminal: Terminal | None = None

    async def connect(self) -> None:
        self.asked: asyncio.Future[dict[str, int]] = asyncio.get_running_loop().create_future()
        self._said_at = float("-inf")
        self._seen_to, self._seen = 0, asyncio.Event()
        await super().connect()

    async def show(self, computer: Computer) -> None:
        told = await asyncio.shield(self.asked)
        try:
            terminal = await Terminal.open(settings.COMPUTERS_DIR, computer.uuid.hex, NAME, **told)
        except TerminalRefused as refused:
            await self.tell(closed=str(refused))
            await self.close()
            return
        self.terminal = terminal
        await self.tell(state="live")
        await self.tell(offset=terminal.offset)
        try:
            self._seen_to = terminal.offset
            while data := await terminal.read():
                await self.send(bytes_data=data)
                # What it has not taken yet is bounded: the program that writes waits for a slow page.
                while terminal.offset - self._seen_to > MOST_UNSEEN_BYTES:
                    self._seen.clear()
                    await self._seen.wait()
        finally:
            self.terminal = None
            await terminal.close()
        await self.tell(closed="The shell has ended.")
        await self.close()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            told: dict[str, Any] = json.loads(text_data or "{}")
            if told.get("t") == "open" and not self.asked.done():
                self.asked.set_result({name: int(told[name]) for name in ("columns", "rows", "offset")})
            elif told.get("t") == "seen":
                self._seen_to = int(told["offset"])
                self._seen.set()
            elif self.terminal is not None and self.may_act:
                await self._take(self.terminal, told)
        except (ValueError, TypeError, KeyError, AttributeError):
            return  # no page of ours says such things

    async def _take(self, terminal: Terminal, told: dict[str, Any]) -> None:
        if told["t"] == "type":
            await terminal.write(str(told["text"]).encode(errors="ignore"))
            await self._say_who()
        elif told["t"] == "resize":
            await terminal.resize(int(told["columns"]), int(told["rows"]))

    async def _say_who(self) -> None:
        """What is typed is not written down: passwords are typed into terminals."""
        now = asyncio.get_running_loop().time()
        if now - self._said_at > SAID_SECONDS:
            self._said_at = now
            await sync_to_async(_note)(self.session_id, self.person)


def _note(session_id: int, by: User) -> None:
    with Session.objects.get(pk=session_id).writing() as session:
        told = {"action": "used the terminal", "by_name": by.shown_name}
        session.append("person_acted", told, task=session.latest_task, by=by)
