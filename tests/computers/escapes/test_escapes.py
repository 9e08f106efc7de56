"""Nothing gets out of a computer, whatever its kind, and whoever runs it on the host."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import pytest_asyncio

from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerKind, ComputerSpec
from tests.computers.shell import run

from .attempts import ALL, Attempt

pytestmark = pytest.mark.sandbox

PROJECT = Path(__file__).resolve().parents[3]


class Host:
    """What the host has ready to be found."""

    def __init__(self, folder: Path) -> None:
        self.secret = f"secret-{secrets.token_hex(8)}"
        self.file = folder / "of-the-host.txt"
        self.file.write_text("MARK\n")
        self.process = subprocess.Popen(
            ["bash", "-c", "exec -a sleep-of-the-host sleep 600"], env={**os.environ, "SECRET": self.secret}
        )
        self.server = socket.create_server(("0.0.0.0", 0))  # noqa: S104 (that it is to be found is the point)
        threading.Thread(target=self._serve, daemon=True).start()
        self.path, self.abstract = folder / "host.sock", f"escape-{secrets.token_hex(8)}"
        self.sockets = [socket.socket(socket.AF_UNIX) for _ in range(2)]
        for one, address in zip(self.sockets, (str(self.path), f"\0{self.abstract}"), strict=True):
            one.bind(address)
            one.listen()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                connection.sendall(b"MARK / HTTP/1.0 200\r\n\r\nMARK")

    def script(self, attempt: Attempt) -> str:
        there = {
            "file": self.file,
            "project": PROJECT,
            "secret": self.secret,
            "pid": self.process.pid,
            "port": self.server.getsockname()[1],
            "path": self.path,
            "abstract": self.abstract,
        }
        script = attempt.script
        for name, value in there.items():
            script = script.replace(f"{{{name}}}", str(value))
        return script

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for one in (self.server, *self.sockets):
            one.close()


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with TemporaryDirectory(prefix="escapes-") as folder:
        Path(folder).chmod(0o711)  # so that who looks for it there could find it
        there = Host(Path(folder))
        yield there
        there.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["browser", "desktop"])
async def inside(computers: LocalComputers, request: pytest.FixtureRequest) -> AsyncIterator[LocalComputer]:
    kind: ComputerKind = request.param
    computer = await computers.open(secrets.token_hex(16), ComputerSpec(kind=kind))
    yield computer
    await computer.disconnect()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("attempt", ALL, ids=str)
async def test_an_attempt_fails_inside(inside: LocalComputer, host: Host, attempt: Attempt) -> None:
    tried = await run(inside, host.script(attempt))
    assert tried.exit_code != 0, tried.stdout + tried.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can do these things even outside.")
@pytest.mark.parametrize("attempt", [one for one in ALL if one.outside], ids=str)
def test_the_same_succeeds_outside(host: Host, attempt: Attempt, tmp_path: Path) -> None:
    tried = subprocess.run(
        ["bash", "-c", host.script(attempt)],
        cwd=tmp_path,
        env={**os.environ, "SECRET": host.secret},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_there_are_many() -> None:
    assert len({attempt.name for attempt in ALL}) == len(ALL) >= 40
