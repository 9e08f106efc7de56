"""The real server as its own process, as a person starts it: `manage.py serve` on a folder of its own."""

from __future__ import annotations

import asyncio
import os
import re
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sessions_app.computers.local.provider import LocalComputers

BASE_DIR = Path(__file__).resolve().parent.parent
START_SECONDS = 60
_OURS = tuple("LIGHTCONE_ OPENAI_ ANTHROPIC_ GOOGLE_ GEMINI_ OLLAMA_ DJANGO_ DATABASE_".split())


class Server:
    """One `serve`. It can be killed, stopped and started again on the same folder and port."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.origin = ""
        self.link = ""
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def start(self) -> Server:
        own = {"LIGHTCONE_HOME": str(self.home), "OLLAMA_HOST": "", "PYTHONUNBUFFERED": "1"}
        port = self.origin.rpartition(":")[2]
        arguments = ["--port", port] if port else []
        with (self.home / "serve.log").open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", *arguments],
                cwd=BASE_DIR,
                env={**_plain_environment(), **own, **self._environment},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self._first_line()
        found = re.search(r"(http://[\w.]+:\d+)(/signin/\S+)?", line)
        assert found, f"{line!r}\n{self.log()}"
        self.origin, self.link = found[1], found[0]
        return self

    def _first_line(self) -> str:
        assert self._process and self._process.stdout
        ends = time.monotonic() + START_SECONDS
        while time.monotonic() < ends and self._process.poll() is None:
            if select.select([self._process.stdout], [], [], 0.2)[0]:
                return self._process.stdout.readline()
        raise AssertionError(f"The server did not start.\n{self.log()}")

    def kill(self) -> None:
        """What a power cut does to it. Its computers go on."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        assert self._process
        if self._process.poll() is None:
            self._process.send_signal(how)
        code = self._process.wait(timeout=30)
        assert self._process.stdout
        self._process.stdout.close()
        return code

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        return (self.home / "serve.log").read_text()

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the server's database, read past the server."""
        with closing(sqlite3.connect(self.home / "dispatch.sqlite3", timeout=20)) as database:
            return database.execute(sql, values).fetchall()

    def wait_for(self, sql: str, *values: Any, seconds: float = 60) -> list[tuple[Any, ...]]:
        """The rows of a query, once there are some."""
        ends = time.monotonic() + seconds
        while not (rows := self.query(sql, *values)):
            assert time.monotonic() < ends, f"nothing within {seconds} s: {sql} {values}\n{self.log()}"
            time.sleep(0.1)
        return rows

    def manage(self, *arguments: str) -> str:
        """What a management command prints, run on the same folder."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env={**_plain_environment(), "LIGHTCONE_HOME": str(self.home), **self._environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout + done.stderr


@contextmanager
def served(home: Path, **environment: str) -> Iterator[Server]:
    """A running server; stopped at the end with its computers, whatever happened to it meanwhile."""
    server = Server(home, **{"LIGHTCONE_PORT": str(_free_port()), **environment})
    try:
        yield server.start()
    finally:
        if server.running:
            server.kill()
        discard_computers(home)


def discard_computers(home: Path) -> None:
    """Switch off and delete whatever computers the server of this folder left."""
    computers = LocalComputers(home / "computers")

    async def discard() -> None:
        for place in list(computers.places.all()):
            await computers.discard(place.computer_id)

    # In a thread: whoever calls may already be in a loop.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, discard()).result(60)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}


def wait_until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"not within {seconds} s"
        time.sleep(0.05)
