from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
SAYS_WHERE = """
import os, time
print(os.environ["DATABASE_URL"], flush=True)
time.sleep(60)
"""


def command(program: str) -> list[str]:
    return [str(ROOT / "scripts/postgres"), sys.executable, "-c", program]


def test_a_command_finds_a_postgresql_of_its_own_and_leaves_none_behind() -> None:
    program = "import os, sys; print(os.environ['DATABASE_URL']); sys.exit(7)"
    done = subprocess.run(command(program), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout.startswith("postgres://dispatch@//")
    assert not folder_in(done.stdout).exists()


def test_the_database_takes_our_tables() -> None:
    migrated = [str(ROOT / "scripts/postgres"), sys.executable, "manage.py", "migrate", "-v", "0"]
    done = subprocess.run(migrated, cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_it_is_ended_the_server_ends_with_it(how: signal.Signals) -> None:
    with subprocess.Popen(
        command(SAYS_WHERE),
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
        # Whoever runs the tests in the background has Ctrl-C ignored, and what they start inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        assert running.stdout
        folder = folder_in(running.stdout.readline())
        server = int((folder / "data/postmaster.pid").read_text().split()[0])
        assert is_alive(server)
        if how == signal.SIGINT:
            os.killpg(running.pid, how)  # as Ctrl-C does
        else:
            running.send_signal(how)
        wait_until(lambda: not is_alive(server))
        if how == signal.SIGKILL:
            os.killpg(running.pid, how)  # the command, of which nobody told it
    if how == signal.SIGKILL:
        shutil.rmtree(folder)  # nobody was left to do it
    assert not folder.exists()


def folder_in(url: str) -> Path:
    return Path(url.strip().partition("@/")[2]).parent


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
