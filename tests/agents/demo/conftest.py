from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sessions_app.computers.base import Computer
from sessions_app.computers.local.driver import close_driver
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec

from .driver import Driver


@pytest.fixture
async def computer(tmp_path: Path) -> AsyncIterator[Computer]:
    computers, computer_id = LocalComputers(tmp_path / "computers"), uuid.uuid4().hex
    opened = await computers.open(computer_id, ComputerSpec())
    try:
        yield opened
    finally:
        await opened.disconnect()
        await computers.discard(computer_id)
        await close_driver()


@pytest.fixture
async def driver(computer: Computer) -> Driver:
    return Driver(computer)
