"""What an agent tries, and does not get. Each attempt runs as a terminal command in a real computer."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sessions_app.computers.base import Computer
from sessions_app.computers.errors import PathRefused
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from tests.computers.shell import new_call, run

pytestmark = pytest.mark.sandbox

TRACE_PROCESS_1 = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.ptrace(16, 1, 0, 0), ctypes.get_errno())
"""

# keyctl, bpf, io_uring_setup, userfaultfd, perf_event_open, open_by_handle_at, mount
SYSTEM_CALLS = """
import ctypes, platform
numbers = {"x86_64": (250, 321, 425, 323, 298, 304, 165), "aarch64": (219, 280, 425, 282, 241, 265, 40)}
libc = ctypes.CDLL(None, use_errno=True)
for number in numbers[platform.machine()]:
    ctypes.set_errno(0)
    print(libc.syscall(number, 0, 0, 0, 0, 0), ctypes.get_errno())
"""

SOCKET_FAMILIES = """
import socket
for family in (socket.AF_VSOCK, socket.AF_PACKET, socket.AF_ALG, socket.AF_BLUETOOTH):
    try:
        socket.socket(family, socket.SOCK_STREAM)
        print("opened", family)
    except OSError as error:
        print(error.errno)
"""

SWAP = """
from os import rename
while True:
    for other in ("out", "pipe"):
        for old, new in (("file", "own"), (other, "file"), ("file", other), ("own", "file")):
            rename(old, new)
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that everybody on the host may read."""
    path = tmp_path / "secret.txt"
    path.write_text("the secret")
    path.chmod(0o644)
    return path


async def test_files_of_the_host_are_not_there(computer: Computer, secret: Path) -> None:
    ran = await run(
        computer, f"cat {secret} /proc/1/root{secret} /proc/self/root{secret} /etc/shadow; ls -A /root /home"
    )
    assert "secret" not in ran.stdout
    assert "root:" not in ran.stdout
    assert ran.stdout.split() == ["/home:", "agent"]


async def test_secrets_in_the_workers_environment_stay_there(
    computers: LocalComputers, own_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_API_KEY", "sk-leakme")
    computer = await computers.open(own_id, ComputerSpec())
    ran = await run(computer, "env; for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ; done")
    await computer.disconnect()
    await computers.discard(own_id)
    assert "HOME=/home/agent" in ran.stdout
    assert "leakme" not in ran.stdout


async def test_processes_of_the_host_cannot_be_seen_or_ended(computer: Computer) -> None:
    ran = await run(computer, f"kill -0 {os.getpid()}; ls -d /proc/[0-9]* | wc -l")
    assert "No such process" in ran.stderr
    assert int(ran.stdout) < 20


async def test_the_daemon_cannot_be_traced_read_stopped_or_killed(computer: Computer) -> None:
    ran = await run(computer, f"python3 -c '{TRACE_PROCESS_1}'; cat /proc/1/mem; ls /proc/1/fd")
    assert ran.stdout == "-1 1\n"
    assert ran.stderr.count("Permission denied") == 2
    await run(computer, "kill -STOP 1; kill -KILL 1; kill -INT 1; kill -TERM 1; kill -9 -1")
    assert (await run(computer, "echo alive")).stdout == "alive\n"


async def test_the_way_in_is_not_inherited(computer: Computer) -> None:
    assert (
        await run(computer, "for fd in /proc/$$/fd/*; do readlink $fd; done | grep -c socket")
    ).stdout == "0\n"


async def test_dangerous_system_calls_are_refused(computer: Computer) -> None:
    ran = await run(computer, f"python3 -c '{SYSTEM_CALLS}'")
    assert ran.stdout.splitlines() == ["-1 1"] * 7


async def test_only_ordinary_kinds_of_socket_exist(computer: Computer) -> None:
    ran = await run(computer, f"python3 -c '{SOCKET_FAMILIES}'")
    assert ran.stdout.splitlines() == ["97"] * 4


async def test_no_namespace_and_no_mount_can_be_made(computer: Computer) -> None:
    for attempt in (
        "unshare -Ur true",
        "unshare -n true",
        "mount -t tmpfs x /tmp",
        "mount -o remount,rw /usr",
    ):
        assert (await run(computer, attempt)).exit_code != 0, attempt


async def test_nothing_of_the_system_can_be_written(computer: Computer) -> None:
    for folder in ("/", "/usr", "/usr/bin", "/etc", "/run", "/dev", "/var", "/home", "/proc/sys/kernel"):
        assert (await run(computer, f"touch {folder}/x")).exit_code != 0, folder
    assert (await run(computer, "mknod /tmp/disk b 8 0")).exit_code != 0


async def test_a_setuid_program_gives_nothing(computer: Computer) -> None:
    ran = await run(
        computer, "cp /bin/bash /workspace/b && chmod 4755 /workspace/b && /workspace/b -pc 'id -u'; su -c id"
    )
    assert ran.stdout == "1000\n"
    status = await run(computer, "grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status")
    assert status.stdout.split() == ["CapEff:", "0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1"]


async def test_limits_cannot_be_raised(computer: Computer) -> None:
    assert (await run(computer, "ulimit -u 100000 || ulimit -f unlimited || ulimit -c 1")).exit_code != 0


async def test_a_link_or_pipe_under_the_hosts_hand_is_never_followed(
    computer: Computer, secret: Path
) -> None:
    """The agent swaps a file for a link out of the workspace, as fast as it can, while the host reads it."""
    await run(computer, f"cd /workspace && echo mine > file && ln -s {secret} out && mkfifo pipe")
    await computer.start_command(call_id := new_call(), f"cd /workspace && exec python3 -c '{SWAP}'")
    seen: Counter[bytes] = Counter()
    deadline = time.monotonic() + 20
    while (seen[b"refused"] < 500 or seen[b"mine\n"] < 500) and time.monotonic() < deadline:
        seen[await read_or_refusal(computer)] += 1
    await computer.stop_command(call_id)
    assert set(seen) <= {b"mine\n", b"refused", b"missing"}
    assert seen[b"refused"] >= 500


async def read_or_refusal(computer: Computer) -> bytes:
    try:
        with computer.open_file("file") as file:
            return file.read()
    except PathRefused:
        return b"refused"
    except Exception as error:
        assert type(error).__name__ == "FileMissing"
        return b"missing"


class Listener:
    """A server of the host that nobody may reach. Counts who did."""

    def __init__(self, address: str | tuple[str, int]) -> None:
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.reached = 0
        self._socket = socket.socket(family)
        self._socket.bind(address)
        self._socket.listen()
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.reached += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with closing(Listener(("0.0.0.0", 0))) as listening:  # noqa: S104 - so that every address of the host is one
        yield listening


async def test_no_server_of_the_host_can_be_reached(computer: Computer, listener: Listener) -> None:
    own = {address for *_, (address, *_) in socket.getaddrinfo(socket.gethostname(), 0, socket.AF_INET)}
    hosts = ["127.0.0.1", "localhost", "0.0.0.0", "127.1", "2130706433", "[::ffff:127.0.0.1]", *sorted(own)]  # noqa: S104
    for host in hosts:
        for way in (
            "--noproxy '*'",
            "--noproxy '' -x http://127.0.0.1:3128",
            "--noproxy '' --socks5-hostname 127.0.0.1:3128",
        ):
            await run(computer, f"curl -sS -m 5 {way} http://{host}:{listener.port}/")
    assert listener.reached == 0
    with socket.create_connection(("127.0.0.1", listener.port)) as connection:  # it could have been
        assert connection.recv(1) == b""
    assert listener.reached == 1


async def test_an_abstract_socket_of_the_host_is_not_there(computer: Computer) -> None:
    name = f"\0lightcone-{uuid.uuid4().hex}"
    with closing(Listener(name)) as listening:
        spelled = f"'\\0{name[1:]}'"
        code = f"import socket; socket.socket(socket.AF_UNIX).connect({spelled})"
        ran = await run(computer, f'python3 -c "{code}"')
        assert "refused" in ran.stderr
        assert listening.reached == 0


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1", "192.168.1.1", "[fd00:ec2::254]"])
async def test_private_addresses_are_refused_and_said_so(computer: Computer, host: str) -> None:
    ran = await run(computer, f"curl -sS -m 5 --noproxy '' http://{host}/")
    assert "network policy" in ran.stdout
    assert "is not a public address" in ran.stdout
    direct = await run(computer, f"curl -sS -m 5 --noproxy '*' http://{host}/")
    assert direct.exit_code == 7


@pytest.mark.browser
async def test_a_command_cannot_reach_into_the_browser(computer: Computer) -> None:
    await computer.browser()
    ran = await run(
        computer, "for p in $(pgrep chromium); do cat /proc/$p/mem && echo read; done; echo tried"
    )
    assert ran.stdout == "tried\n"
    assert ran.stderr.count("Permission denied") >= 3
