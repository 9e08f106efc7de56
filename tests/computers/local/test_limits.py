"""A computer that takes too much: of processes, memory, disk or time."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest

from sessions_app.computers.base import Computer
from sessions_app.computers.errors import ComputerLost
from sessions_app.computers.local.alive import is_running
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec, Limits
from tests.computers.processes import descendants, host_pid
from tests.computers.shell import followed, new_call, run

pytestmark = pytest.mark.sandbox

MEMORY_MB = 300
SMALL = Limits(memory_mb=MEMORY_MB, processes=150, file_mb=4)


@pytest.fixture
async def small(computers: LocalComputers, own_id: str) -> AsyncIterator[Computer]:
    opened = await computers.open(own_id, ComputerSpec(limits=SMALL))
    yield opened
    await opened.disconnect()
    await computers.discard(own_id)


async def test_a_fork_bomb_harms_nobody_and_can_be_stopped(small: Computer) -> None:
    await small.start_command(call_id := new_call(), "bomb() { bomb | bomb & }; bomb; sleep 60")
    await asyncio.sleep(1)
    during = await run(small, "echo still here")
    assert during.stdout == "still here\n"
    await small.stop_command(call_id)
    assert (await run(small, "ls -d /proc/[0-9]* | wc -l")).stdout.strip().isdigit()


async def test_one_file_grows_no_further_than_its_limit(small: Computer) -> None:
    ran = await run(small, "head -c 20M /dev/zero > /workspace/big; stat -c %s /workspace/big")
    assert ran.stdout == f"{4 * 1024 * 1024}\n"


async def test_too_much_memory_ends_the_command_or_the_computer(small: Computer) -> None:
    """With a control group the kernel ends the command; without one the watch ends the computer."""
    try:
        ran = await run(
            small, f"python3 -c 'import time; x = b\"x\" * {MEMORY_MB * 3 << 20}; time.sleep(20)'"
        )
    except ComputerLost as lost:
        assert "MB of memory" in str(lost)
    else:
        assert ran.exit_code == 137
        assert (await run(small, "echo alive")).stdout == "alive\n"


async def test_an_idle_computer_ends_by_itself_whatever_was_left_running_in_it(
    computers: LocalComputers, own_id: str
) -> None:
    spec = ComputerSpec(limits=Limits(idle_seconds=1))
    computer = await computers.open(own_id, spec)
    await computer.start_command(new_call(), "sleep 600 & sleep 2.5")
    await computer.disconnect()
    await asyncio.sleep(2)
    assert own_id in await computers.running()
    await ended(computers, own_id, within_seconds=10)
    again = await computers.open(own_id, spec)
    assert again.boot_id != computer.boot_id
    await asyncio.sleep(2.5)
    assert not again.lost
    await again.disconnect()


async def test_a_daemon_that_does_not_answer_ends_its_computer(
    computers: LocalComputers, own_id: str
) -> None:
    computer = await computers.open(own_id, ComputerSpec())
    await computer.start_command(call_id := new_call(), "sleep 60")
    bubblewrap, daemon = descendants(host_pid(computers, own_id))[:2]
    assert bubblewrap < daemon
    os.kill(daemon, signal.SIGSTOP)
    with pytest.raises(ComputerLost, match="stopped answering"):
        await followed(computer, call_id)
    await computer.disconnect()


async def ended(computers: LocalComputers, computer_id: str, *, within_seconds: float) -> None:
    deadline = time.monotonic() + within_seconds
    while is_running(computers.places.of(computer_id)):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
