"""Local computers for tests: one for each module, opened anew by each test, as each worker would."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest

from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.driver import close_driver
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec

pytest.register_assert_rewrite(
    "tests.computers.contract", "tests.computers.copy_contract", "tests.computers.file_contract"
)


@pytest.fixture(scope="module")
def computers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalComputers]:
    """Discards at the end whatever a module's tests left."""
    place = LocalComputers(tmp_path_factory.mktemp("computers"))
    yield place
    asyncio.run(discard_all(place))


async def discard_all(computers: LocalComputers) -> None:
    for place in list(computers.places.all()):
        await computers.discard(place.computer_id)


@pytest.fixture(scope="module")
def shared_id() -> str:
    """Of the computer that a module's tests share."""
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def spec() -> ComputerSpec:
    """What a module's computers are: modules that test another kind have their own."""
    return ComputerSpec()


@pytest.fixture
async def computer(
    computers: LocalComputers, shared_id: str, spec: ComputerSpec
) -> AsyncIterator[LocalComputer]:
    opened = await computers.open(shared_id, spec)
    yield opened
    await opened.disconnect()
    await close_driver()


@pytest.fixture
def own_id() -> str:
    """Of a computer that only this test has."""
    return uuid.uuid4().hex
