from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async

from sessions_app.agents.connections import Connection
from sessions_app.agents.providers import Providers
from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from sessions_app.models import OVER, Agent, Computer, Session, Status, Task, User, conversation
from sessions_app.runners.embedded import Embedded
from sessions_app.runners.workbench import Workbench
from tests.agents.model_server.script import Script
from tests.agents.model_server.server import serving

SPEC = ComputerSpec()
Engine = Callable[..., AbstractAsyncContextManager[Embedded]]


@pytest.fixture(scope="session")
def computers() -> Iterator[LocalComputers]:
    with tempfile.TemporaryDirectory(prefix="lightcone-runners-") as root:
        yield LocalComputers(Path(root))


@pytest.fixture
async def engine(transactional_db: None, computers: LocalComputers, tmp_path: Path) -> AsyncIterator[Engine]:
    """Starts an engine whose models are answered from a script: `async with engine([...]) as running`."""

    @asynccontextmanager
    async def running(
        script: Script = (), *, slots: int = 2, efforts: tuple[str, ...] = (), spec: ComputerSpec = SPEC
    ) -> AsyncIterator[Embedded]:
        with serving(script) as server:
            connection = Connection(
                "openai",
                "openai_compatible",
                "Scripted",
                server.base_url,
                "sk-test",
                efforts=(("scripted", efforts),) if efforts else (),
            )
            providers = Providers([connection])
            bench = Workbench(computers, spec, BlobStore(tmp_path / "blobs"), providers)
            embedded = Embedded(bench, slots=slots)
            embedded.server = server  # type: ignore[attr-defined]
            work = asyncio.create_task(embedded.run())
            try:
                yield embedded
            finally:
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work

    yield running
    for uuid in await sync_to_async(lambda: list(Computer.objects.values_list("uuid", flat=True)))():
        await computers.discard(uuid.hex)


@pytest.fixture
def scripted(agent: Agent) -> Agent:
    """An agent whose model is the scripted server."""
    agent.model, agent.effort = "openai:scripted", ""
    agent.save(update_fields=["model", "effort"])
    return agent


@pytest.fixture
def dispatched(scripted: Agent, alice: User) -> Callable[..., Awaitable[Session]]:
    async def dispatch(instruction: str = "Do it.") -> Session:
        return await sync_to_async(conversation.open_session)(scripted, instruction, by=alice)

    return dispatch


async def until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait until it holds. The condition may read the database."""
    ends = time.monotonic() + seconds
    while not await sync_to_async(condition)():
        assert time.monotonic() < ends, f"not within {seconds} s"
        await asyncio.sleep(0.05)


async def comes_to(session: Session, status: Status, *, seconds: float = 30) -> Task:
    """The session's latest task, once it has this status."""

    def latest() -> Task:
        return Task.objects.select_related("session").filter(session=session).latest("number")

    def arrived() -> bool:
        task = latest()
        assert task.status == status or status not in OVER or not task.is_over, task.failure or task.status
        return task.status == status

    await until(arrived, seconds=seconds)
    return await sync_to_async(latest)()
