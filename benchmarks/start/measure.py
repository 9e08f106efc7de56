"""How long until the first page is served, and how much memory a server takes that does nothing.

    .venv/bin/python -m benchmarks.start.measure [--rounds 5]

Times are from the start of the process to the first answer of the sign-in page. Memory is the server's PSS
and RSS ten seconds later, without computers. Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PORT = 18473
IDLE_SECONDS = 10


def start(home: str) -> tuple[subprocess.Popen[bytes], float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(PORT)],
        cwd=BASE_DIR,
        env={**os.environ, "LIGHTCONE_HOME": home, "OLLAMA_HOST": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while time.perf_counter() - began < 60:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/login/", timeout=5).read()
            return process, time.perf_counter() - began
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    raise SystemExit("The server did not start within a minute.")


def stop(process: subprocess.Popen[bytes]) -> float:
    began = time.perf_counter()
    process.terminate()
    if (code := process.wait(30)) != 0:
        raise SystemExit(f"The server ended with {code}.")
    return time.perf_counter() - began


def memory_mb(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = dict(line.split(":") for line in lines)
    return {name: int(sizes[name].split()[0]) // 1024 for name in ("Rss", "Pss")}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home:
        process, first = start(home)
        print(f"first start {first:.2f} s, stop {stop(process):.2f} s")
        again = []
        for _ in range(rounds):
            process, seconds = start(home)
            again.append(seconds)
            stop(process)
        print(
            f"start again, {rounds} rounds: median {statistics.median(again):.2f} s, max {max(again):.2f} s"
        )
        process, _ = start(home)
        time.sleep(IDLE_SECONDS)
        print(f"idle memory: {memory_mb(process.pid)} MB")
        stop(process)


if __name__ == "__main__":
    main()
