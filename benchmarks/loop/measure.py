"""What a step costs beside its model and its tool, in a session that gets longer and longer.

    .venv/bin/python -m benchmarks.loop.measure [--steps 10000]
    scripts/postgres .venv/bin/python -m benchmarks.loop.measure

One session is driven to so many steps by the code that drives every session, on rows of a real database.
The model answers at once and the file it wants is read at once, so all the time between two questions to the
model is ours. Then the session is taken up again, which reads all of it, while a coroutine on the same loop,
which in the product serves pages, notes the longest time that it was kept from its turn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import django

if TYPE_CHECKING:
    from sessions_app.models import Session, Task

    from .endless import Moment

AGAIN = 500  # steps of the second task, while the heart beats
AROUND = 100  # steps before a mark that its figure is the median of
BEAT_SECONDS = 0.002
LOOK_SECONDS = 0.5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=10_000)
    steps = parser.parse_args().steps
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"LIGHTCONE_HOME": home, "DJANGO_SETTINGS_MODULE": "lightcone_site.settings"}
        django.setup()
        asyncio.run(measure(Path(home), prepared(steps), steps))


def prepared(steps: int) -> Session:
    from django.core.management import call_command

    from sessions_app.management.seed import seed
    from sessions_app.models import Agent, conversation

    call_command("migrate", verbosity=0)
    owner = seed()
    Agent.objects.update(max_steps=max(steps, AGAIN) + 1)
    agent = Agent.objects.get(slug="researcher")
    return conversation.open_session(agent, "Read all files.", by=owner)


async def measure(home: Path, session: Session, steps: int) -> None:
    first = await driven(home, session, steps)
    for mark in sorted({min(1_000, steps), steps}):
        print(f"at {mark:6,} steps: {in_words(first[mark - AROUND : mark])}")
    async with heart() as gaps:
        again = await driven(home, session, AGAIN)
    print(f"taken up again at {steps:,} steps: {in_words(again)}")
    print(f"longest time that the loop was kept from other work: {max(gaps) * 1000:.0f} ms")


async def driven(home: Path, session: Session, steps: int) -> list[Moment]:
    """The time between two questions to the model, in the order of the steps."""
    from asgiref.sync import sync_to_async

    from sessions_app.agents.tools.registry import TOOLS
    from sessions_app.artifacts.store import BlobStore
    from sessions_app.computers.local.provider import LocalComputers
    from sessions_app.computers.results import ComputerSpec
    from sessions_app.runners.embedded import Embedded
    from sessions_app.runners.workbench import Workbench

    from .endless import EndlessModel, InstantRead, OneModel

    cast(dict[str, type[Any]], TOOLS)["read_file"] = InstantRead
    model = EndlessModel(steps)
    bench = Workbench(
        LocalComputers(home / "computers"),
        ComputerSpec(),
        BlobStore(home / "blobs"),
        OneModel.answering(model),
    )
    task = await sync_to_async(pending_task)(session)
    engine = asyncio.create_task(Embedded(bench, slots=1).run())
    while not await sync_to_async(is_completed)(task):  # noqa: ASYNC110 (rows ring no bell here)
        await asyncio.sleep(LOOK_SECONDS)
    engine.cancel()
    await asyncio.gather(engine, return_exceptions=True)
    return [later.since(earlier) for earlier, later in pairwise(model.asked_at)]


def pending_task(session: Session) -> Task:
    """The session's task; where that is over, one that follows it."""
    from sessions_app.models import Task, conversation

    latest = Task.objects.filter(session=session).latest("number")
    if latest.is_over and session.created_by:
        conversation.say(session, "Read some more.", by=session.created_by)
    found = Task.objects.select_related("session__agent", "session__space").filter(session=session)
    return found.latest("number")


def is_completed(task: Task) -> bool:
    task.look_again()
    if task.is_over and task.status != "completed":
        raise SystemExit(f"The task is {task.status}: {task.failure}")
    return task.is_over


@asynccontextmanager
async def heart() -> AsyncIterator[list[float]]:
    """How much later than it wanted a coroutine had its turn, each time."""
    gaps: list[float] = []

    async def beat() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(BEAT_SECONDS)
            gaps.append(time.perf_counter() - began - BEAT_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield gaps
    finally:
        beating.cancel()


def in_words(steps: list[Moment]) -> str:
    wall, cpu = (statistics.median(times) * 1000 for times in zip(*steps, strict=True))
    return f"{wall:.2f} ms a step, of which {cpu:.2f} ms computing; longest {max(steps).wall * 1000:.1f} ms"


if __name__ == "__main__":
    main()
