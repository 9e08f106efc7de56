"""A person's terminal on a computer: a real one, that outlives the page and holds no computer hostage."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable

import pytest

from sessions_app.computers.client.door import NotRunning
from sessions_app.computers.client.terminal import Terminal, TerminalRefused
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.provider import LocalComputers
from tests.computers.shell import new_call, run

pytestmark = pytest.mark.sandbox
Opener = Callable[..., "asyncio.Future[Terminal]"]


async def shown(terminal: Terminal, words: str, seconds: float = 10) -> str:
    """What it shows up to these words."""
    text = ""
    async with asyncio.timeout(seconds):
        while words not in text:
            data = await terminal.read()
            assert data, f"it ended after {text!r}"
            text += data.decode(errors="replace")
    return text


@pytest.fixture
async def opened(computers: LocalComputers, computer: LocalComputer) -> AsyncIterator[Callable[..., object]]:
    """Opens terminals of the module's computer, and closes them."""
    kept: list[Terminal] = []

    async def open_one(name: str, **given: int) -> Terminal:
        size = {"columns": 100, "rows": 30, **given}
        terminal = await Terminal.open(computers.root, computer.computer_id, name, **size)
        kept.append(terminal)
        return terminal

    yield open_one
    for terminal in kept:
        await terminal.write(b"\x03\nexit\n")
        await terminal.close()
    await asyncio.sleep(0.3)


async def test_it_is_a_terminal_of_the_size_that_the_page_has(opened: Opener) -> None:
    terminal = await opened("one")
    await terminal.write(b"tty; stty size; pwd\n")
    told = await shown(terminal, "/workspace\r\n")
    assert "/dev/pts/" in told
    assert "30 100" in told
    await terminal.resize(120, 40)
    await terminal.write(b"stty size\n")
    assert "40 120" in await shown(terminal, "40 120")


async def test_control_c_ends_what_runs_and_unicode_is_whole(opened: Opener) -> None:
    terminal = await opened("two")
    await terminal.write(b"sleep 60\n")
    await asyncio.sleep(0.3)
    await terminal.write(b"\x03")
    await terminal.write("echo Grüße 漢字 | tr a-z a-z\n".encode())
    assert "Grüße 漢字\r\n" in await shown(terminal, "漢字\r\n")


async def test_a_page_that_comes_back_sees_it_as_it_was(
    opened: Opener, computers: LocalComputers, computer: LocalComputer
) -> None:
    terminal = await opened("three")
    await terminal.write(b"MOOD=fine; echo before | tr a-z A-Z\n")
    await shown(terminal, "BEFORE")
    left_at = terminal.offset
    await terminal.close()
    again = await opened("three")
    assert "BEFORE" in await shown(again, "BEFORE")
    await again.write(b"echo $MOOD | tr a-z A-Z\n")
    await shown(again, "FINE")
    resumed = await opened("three", offset=left_at)
    assert "BEFORE" not in await shown(resumed, "FINE")


async def test_a_flood_is_held_up_and_ended_by_hand(opened: Opener, computer: LocalComputer) -> None:
    terminal = await opened("four")
    await terminal.write(b"yes\n")
    await asyncio.sleep(1)  # nobody reads
    await terminal.write(b"\x03")
    await terminal.write(b"echo over | tr a-z A-Z\n")
    await shown(terminal, "OVER", seconds=20)
    assert (await run(computer, "pgrep -x yes || echo none")).stdout == "none\n"


async def test_it_is_confined_as_commands_are(opened: Opener) -> None:
    terminal = await opened("five")
    await terminal.write(b"unshare -U true; echo status=$?; cat /proc/1/environ; id -u\n")
    told = await shown(terminal, "1000\r\n")
    assert "status=1" in told
    assert "Permission denied" in told
    push = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSTI, b'x')"
    await terminal.write(f'python3 -c "{push}" 2>&1 | tail -1\n'.encode())
    assert re.search(r"(PermissionError|OSError).*\r\n", await shown(terminal, "Error"))


async def test_there_are_four_at_most(opened: Opener, computers: LocalComputers) -> None:
    for name in "abcd":
        await opened(name)
    with pytest.raises(TerminalRefused, match="4 terminals are open"):
        await opened("e")


async def test_a_computer_that_sleeps_has_none(computers: LocalComputers, own_id: str) -> None:
    with pytest.raises(NotRunning):
        await Terminal.open(computers.root, own_id, "one", columns=80, rows=24)


async def test_its_end_is_the_end_of_the_shell(opened: Opener, computer: LocalComputer) -> None:
    terminal = await opened("six")
    await terminal.write(b"exit\n")
    async with asyncio.timeout(10):
        while await terminal.read():
            pass
    await computer.write_file(new_call(), "still-there.txt", b"")
