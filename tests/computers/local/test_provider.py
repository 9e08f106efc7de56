"""Opening, sharing and losing computers on this machine."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sessions_app.computers.errors import ComputerLost, ComputerUnavailable
from sessions_app.computers.local import places as places_module
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec, Limits, Network
from tests.computers.processes import descendants, host_pid, lives
from tests.computers.shell import followed, new_call, result_of, run

pytestmark = pytest.mark.sandbox

SPEC = ComputerSpec()

OTHER_WORKER = """
import asyncio, json, sys
from pathlib import Path
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import CommandEnded, ComputerSpec

async def main(root, computer_id, call_id, command):
    computer = await LocalComputers(Path(root)).open(computer_id, ComputerSpec())
    await computer.start_command(call_id, command)
    print(json.dumps(computer.boot_id), flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


def other_worker(root: Path, computer_id: str, call_id: str, command: str) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-c", OTHER_WORKER, str(root), computer_id, call_id, command]
    return subprocess.Popen(argv, stdout=subprocess.PIPE)


async def test_workers_that_open_at_once_get_one_computer(tmp_path: Path, own_id: str) -> None:
    workers = [other_worker(tmp_path, own_id, f"call-{n}", f"echo {n} >> all.txt") for n in range(4)]
    boots = {(await asyncio.to_thread(worker.communicate))[0] for worker in workers}
    assert len(boots) == 1
    computers = LocalComputers(tmp_path)
    computer = await computers.open(own_id, SPEC)
    assert json.loads(boots.pop()) == computer.boot_id
    assert sorted((await computer.read_file("all.txt")).split()) == [b"0", b"1", b"2", b"3"]
    await computer.disconnect()
    await computers.discard(own_id)


async def test_a_command_outlives_the_worker_that_started_it(computers: LocalComputers, own_id: str) -> None:
    """Also when that worker is killed in the middle, and all of its group with it."""
    first = await computers.open(own_id, SPEC)
    worker = other_worker_of(computers, own_id, "call-1", "echo before; sleep 1; echo after")
    assert await asyncio.to_thread(worker.stdout.readline)  # type: ignore[union-attr]
    worker.kill()
    worker.communicate()
    await first.start_command("call-1", "echo never run")
    assert (await result_of(first, "call-1")).stdout == "before\nafter\n"
    await first.disconnect()


def other_worker_of(
    computers: LocalComputers, computer_id: str, call_id: str, command: str
) -> subprocess.Popen[bytes]:
    assert computers.root is not None
    return other_worker(computers.root, computer_id, call_id, command)


async def test_a_killed_host_process_leaves_nothing_running(computers: LocalComputers, own_id: str) -> None:
    computer = await computers.open(own_id, SPEC)
    await computer.write_file(new_call(), "kept", b"kept")
    await computer.start_command(call_id := new_call(), "setsid nohup sleep 300 & sleep 300")
    await asyncio.sleep(0.3)
    host = host_pid(computers, own_id)
    inside = descendants(host)
    assert len(inside) >= 4
    os.kill(host, signal.SIGKILL)
    with pytest.raises(ComputerLost, match="killed"):
        await followed(computer, call_id)
    await asyncio.sleep(0.5)
    assert [pid for pid in inside if lives(pid)] == []
    again = await computers.open(own_id, SPEC)
    assert again.boot_id != computer.boot_id
    assert await again.read_file("kept") == b"kept"
    with pytest.raises(KeyError):
        await followed(again, call_id)
    await computer.disconnect()
    await again.disconnect()


async def test_the_host_process_has_no_rights_to_lose(computers: LocalComputers, shared_id: str) -> None:
    computer = await computers.open(shared_id, SPEC)
    for pid in [host := host_pid(computers, shared_id), *descendants(host)]:
        status = dict(
            line.split(":\t", 1)
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if ":\t" in line
        )
        assert status["NoNewPrivs"] == "1"
        assert "0" not in status["Uid"].split("\t")
    await computer.disconnect()


async def test_computers_of_one_machine_have_different_users(tmp_path: Path) -> None:
    """With root; without, there is only one user to have."""
    first, second = LocalComputers(tmp_path / "a"), LocalComputers(tmp_path / "b")
    places = [first.places.of("a" * 32), first.places.of("b" * 32), second.places.of("a" * 32)]
    users = [
        first.places.prepare(places[0]),
        first.places.prepare(places[1]),
        second.places.prepare(places[2]),
    ]
    assert first.places.prepare(places[0]) == users[0]
    assert len({place.workspace for place in places}) == 3
    assert len(set(users)) == (3 if os.geteuid() == 0 else 1)
    for computers, place in zip((first, first, second), places, strict=True):
        await computers.discard(place.computer_id)
        assert not place.folder.exists()


async def test_a_folder_with_a_very_long_name_is_no_trouble(tmp_path: Path, own_id: str) -> None:
    """A unix socket's address is short; the folder that holds it need not be."""
    computers = LocalComputers(tmp_path / ("long" * 40))
    computer = await computers.open(own_id, SPEC)
    assert (await run(computer, "echo here")).stdout == "here\n"
    await computer.disconnect()
    await computers.discard(own_id)


@pytest.mark.parametrize("name", ["", "..", "x" * 32, "../../etc", "A" * 32])
async def test_an_id_is_a_uuid_or_nothing(computers: LocalComputers, name: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        await computers.open(name, SPEC)


async def test_without_filters_for_this_processor_there_is_no_computer(
    tmp_path: Path, own_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    computers = LocalComputers(tmp_path)
    with pytest.raises(ComputerUnavailable, match="riscv64"):
        await computers.open(own_id, SPEC)
    probe = await computers.probe()
    assert not probe.ok
    assert "riscv64" in probe.reason
    await computers.discard(own_id)


async def test_where_the_sandbox_does_not_hold_nothing_runs(tmp_path: Path, own_id: str) -> None:
    """An address that is taken inside stands for whatever keeps a sandbox from coming up."""
    computers = LocalComputers(tmp_path)
    with pytest.raises(ComputerUnavailable, match="sandbox does not hold") as unavailable:
        await computers.open(own_id, ComputerSpec(network=Network(allow_private=["127.0.0.1:3128"])))
    assert "127.0.0.1:3128" in str(unavailable.value)
    assert await computers.running() == []
    await computers.discard(own_id)


async def test_the_disk_watch_stops_commands_but_not_the_computer(
    computers: LocalComputers, own_id: str
) -> None:
    computer = await computers.open(own_id, ComputerSpec(limits=Limits(disk_mb=8)))
    ran = await run(
        computer, "for n in 1 2 3; do head -c 5M /dev/zero > $n; done; sleep 60", timeout_seconds=40
    )
    assert ran.ended.reason == "stopped"
    assert "8 MB of disk are used up" in ran.stderr
    assert (await run(computer, "rm [123]; echo freed")).stdout == "freed\n"
    await computer.disconnect()


async def test_code_that_computers_run_from_is_readable_by_their_users(computers: LocalComputers) -> None:
    code = computers.places.install_code()
    assert code == computers.places.install_code()
    modes = {oct(path.stat().st_mode & 0o777) for path in code.rglob("*") if "__pycache__" not in path.parts}
    assert modes == {"0o755", "0o644"}
    assert places_module.PACKAGE not in code.parents


@pytest.mark.parametrize("after_seconds", [0.0, 0.03, 0.06, 0.1, 0.2])
async def test_a_probe_that_is_given_up_leaves_nothing(tmp_path: Path, after_seconds: float) -> None:
    """As when a server is stopped in its first second: whatever the host process had come to."""
    computers = LocalComputers(tmp_path)
    probing = asyncio.create_task(computers.probe())
    await asyncio.sleep(after_seconds)
    probing.cancel()
    async with asyncio.timeout(8):  # a probe's computer ends by itself after ten
        await asyncio.gather(probing, return_exceptions=True)
    assert list(computers.places.all()) == []


async def test_where_the_disk_is_almost_full_no_computer_starts_and_its_files_stay(
    computers: LocalComputers, own_id: str
) -> None:
    first = await computers.open(own_id, ComputerSpec())
    await first.write_file(new_call(), "kept.txt", b"kept")
    await first.disconnect()
    await computers.stop(own_id)
    wanting = LocalComputers(computers.root, least_free_mb=2**40)
    with pytest.raises(ComputerUnavailable, match=r"almost full: \d+ MB are free\. No computer starts\."):
        await wanting.open(own_id, ComputerSpec())
    probe = await wanting.probe()
    assert (probe.ok, "almost full" in probe.reason) == (False, True)
    again = await computers.open(own_id, ComputerSpec())
    assert await again.read_file("kept.txt") == b"kept"
    await again.disconnect()
