"""A person's terminal on a computer that runs."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

from sessions_app.computers.local.address import short_address

from .door import NotRunning, place_of

LINE_BYTES = 64 * 1024
PIECE_BYTES = 32 * 1024
ANSWER_SECONDS = 10.0


class TerminalRefused(Exception):
    """The computer opens no terminal. Says why."""


class Terminal:
    """`offset` is the place, in all that the terminal ever showed, of the next byte that `read` answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, offset: int) -> None:
        self.offset = offset
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(
        cls, root: Path, computer_id: str, name: str, *, columns: int, rows: int, offset: int = 0
    ) -> Terminal:
        """Find it open or open it; what it has shown since `offset` comes first, the last 256 KiB at most.

        Raises NotRunning, TerminalRefused.
        """
        asked = {"name": name, "columns": columns, "rows": rows, "offset": offset}
        try:
            with short_address(place_of(root, computer_id).run, "terminal.sock") as address:
                reader, writer = await asyncio.open_unix_connection(address, limit=LINE_BYTES)
            writer.write(json.dumps(asked).encode() + b"\n")
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = json.loads(await reader.readline() or b"{}")
        except (OSError, TimeoutError, ValueError) as error:
            raise NotRunning from error
        if "offset" not in answer:
            writer.close()
            raise TerminalRefused(str(answer.get("fault", "The terminal did not open.")))
        return cls(reader, writer, int(answer["offset"]))

    async def read(self) -> bytes:
        """What it shows next; nothing once its shell has ended, or the computer has."""
        try:
            data = await self._reader.read(PIECE_BYTES)
        except OSError:
            return b""
        self.offset += len(data)
        return data

    async def write(self, data: bytes) -> None:
        await self._tell({"write": base64.b64encode(data).decode()})

    async def resize(self, columns: int, rows: int) -> None:
        await self._tell({"resize": [columns, rows]})

    async def _tell(self, told: dict[str, object]) -> None:
        try:
            self._writer.write(json.dumps(told).encode() + b"\n")
            await self._writer.drain()
        except OSError:
            return  # `read` tells that it is gone

    async def close(self) -> None:
        """The shell stays for whoever comes back."""
        self._writer.close()
