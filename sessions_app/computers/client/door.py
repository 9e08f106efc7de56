"""The way of people to a computer that runs: what its host process serves, for the pages of the dashboard.

Nothing here starts a computer: workers do that.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from sessions_app.computers.errors import ComputerError, ComputerLost
from sessions_app.computers.local.address import short_address
from sessions_app.computers.local.alive import is_running
from sessions_app.computers.local.connection import Connection as Connection
from sessions_app.computers.local.places import Place, Places


class NotRunning(Exception):
    """The computer sleeps, or never ran."""


def place_of(root: Path, computer_id: str) -> Place:
    return Places(root).of(computer_id)


async def connect(root: Path, computer_id: str, *, holds: bool = False) -> Connection:
    """A line to the host process. Who `holds` it keeps it awake. Raises NotRunning."""
    place = place_of(root, computer_id)
    if not await asyncio.to_thread(is_running, place):
        raise NotRunning
    try:
        return await Connection.to(place, watching=not holds)
    except OSError as error:
        raise NotRunning from error


async def screen(root: Path, computer_id: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A plain stream to a desktop's screen, which speaks RFB. Raises NotRunning."""
    try:
        with short_address(place_of(root, computer_id).run, "watch-screen.sock") as address:
            return await asyncio.open_unix_connection(address)
    except (OSError, ComputerLost) as error:
        raise NotRunning from error


async def usage(root: Path, computer_id: str) -> dict[str, list[int]]:
    """What it uses and may use: "memory" and "disk" in megabytes, and "processes". Raises NotRunning."""
    line = await connect(root, computer_id)
    try:
        found: dict[str, list[int]] = await line.call("usage")
        return found
    except ComputerError as error:
        raise NotRunning from error
    finally:
        await line.close()
