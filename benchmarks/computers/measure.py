"""How quick computers are, how much memory they take, and what looking at one costs.

    .venv/bin/python -m benchmarks.computers.measure [--rounds 5] [--computers 5]

Each computer is a new one. Usable means that its first picture has come: of a page for a browser, of the
screen for a desktop. Memory is what the processes of a computer share fairly (PSS), with a page open.
Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from sessions_app.computers import actions
from sessions_app.computers.client.browser_view import BrowserView, Frame
from sessions_app.computers.local.alive import host_pid
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.driver import close_driver
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerKind, ComputerSpec

ANIMATED = b"""<!doctype html><title>Animated</title><style>@keyframes turn { to { rotate: 1turn } }
i { position: absolute; width: 300px; height: 300px; background: linear-gradient(red, blue);
animation: turn 4s linear infinite } i + i { left: 400px } </style><h1>Figures</h1><i></i><i></i>"""
WATCHED_SECONDS = 10.0
WAYS: tuple[tuple[ComputerKind, int | None], ...] = (
    *(("browser", None), ("browser", 80)),
    *(("desktop", None), ("desktop", 80)),
)
PAUSE_SECONDS = 0.3


async def main(rounds: int, computers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = LocalComputers(Path(folder))
        try:
            await opened(place, "browser")  # the driver starts once in a worker's life
            for kind in ("browser", "desktop"):
                times = [await opened(place, kind) for _ in range(rounds)]
                print(f"{kind}: asked until usable {in_ms([took for took, _ in times])}")
                print(f"{kind}: stopped until nothing is left {in_ms([gone for _, gone in times])}")
            await pictures(place, rounds * 4)
            await watched(place)
            await memory(place, computers)
        finally:
            for one in list(place.places.all()):
                await place.discard(one.computer_id)
            await close_driver()


async def opened(place: LocalComputers, kind: ComputerKind) -> tuple[float, float]:
    """Seconds until it can be used, and until nothing of it is left."""
    name = uuid.uuid4().hex
    began = time.perf_counter()
    computer = await place.open(name, ComputerSpec(kind=kind))
    await (await computer.screen()).look()
    usable = time.perf_counter() - began
    await computer.disconnect()
    began = time.perf_counter()
    await place.stop(name)
    gone = time.perf_counter() - began
    await place.discard(name)
    return usable, gone


async def pictures(place: LocalComputers, rounds: int) -> None:
    for kind, quality in WAYS:
        computer = await showing(place, kind)
        screen = await computer.screen()
        took = [await timed(partial(screen.look, quality=quality)) for _ in range(rounds)]
        print(f"{kind}: a picture as {'JPEG' if quality else 'PNG'} {in_ms(took)}")
        await done_with(place, computer)


async def watched(place: LocalComputers) -> None:
    """What one viewer of an animated page is sent."""
    computer = await showing(place, "browser")
    frames = sent = 0
    async with BrowserView.open(place.root, computer.computer_id, pause_seconds=PAUSE_SECONDS) as view:
        ends = time.perf_counter() + WATCHED_SECONDS
        async for one in view.shown():
            if isinstance(one, Frame):
                frames, sent = frames + 1, sent + len(one.data)
            if time.perf_counter() > ends:
                break
    rate, size = frames / WATCHED_SECONDS, sent / WATCHED_SECONDS / 1000
    print(f"watching: {rate:.1f} pictures and {size:.0f} KB a second")
    await done_with(place, computer)


async def memory(place: LocalComputers, count: int) -> None:
    kind: ComputerKind
    for kind in ("browser", "desktop"):
        there = [await showing(place, kind) for _ in range(count)]
        await asyncio.sleep(3)
        taken = [megabytes_of(one, place) for one in there]
        print(f"{kind}: memory of each of {count} {statistics.mean(taken):.0f} MB")
        for one in there:
            await done_with(place, one)


async def showing(place: LocalComputers, kind: ComputerKind) -> LocalComputer:
    """A computer that shows the animated page."""
    computer = await place.open(uuid.uuid4().hex, ComputerSpec(kind=kind))
    await computer.write_file("page", "index.html", ANIMATED)
    await computer.start_command("serve", "(python3 -m http.server 8000 >/dev/null 2>&1 &); sleep 1")
    async for _ in computer.follow("serve"):
        pass
    await (await computer.browser()).open("http://localhost:8000/")
    if kind == "desktop":
        await (await computer.screen()).act(actions.Wait(500))
    return computer


async def done_with(place: LocalComputers, computer: LocalComputer) -> None:
    await computer.disconnect()
    await place.discard(computer.computer_id)


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def megabytes_of(computer: LocalComputer, place: LocalComputers) -> float:
    """Of the host process and all that descends from it."""
    family = {host_pid(place.places.of(computer.computer_id))}
    parents = {int(path.name): parent_of(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    while more := {pid for pid, parent in parents.items() if parent in family and pid not in family}:
        family |= more
    return sum(map(share_of, family)) / 1024


def parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def share_of(pid: int | None) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def in_ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.0f} ms (longest {max(seconds) * 1000:.0f})"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--computers", type=int, default=5)
    given = parser.parse_args()
    asyncio.run(main(given.rounds, given.computers))
