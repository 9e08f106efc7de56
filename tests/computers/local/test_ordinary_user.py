"""The same promise, kept without any privilege: by a worker that is an ordinary user of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

pytestmark = pytest.mark.sandbox

USER_ID = "64321"  # nobody's: no account needs to have a number for it to be a user
PROJECT = Path(__file__).resolve().parents[3]
# What this suite runs from may lie where only root can look; a right to read is not a right to do.
BECOME = [
    *("setpriv", f"--reuid={USER_ID}", f"--regid={USER_ID}", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search"),
    *("--bounding-set=-all,+dac_read_search", "--"),
]
OPTIONS = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", "sandbox", "--maxfail=3"]
SUITES = [
    "tests/computers/test_local.py",
    "tests/computers/local/test_isolation.py",
    "tests/computers/escapes",
    "tests/computers/local/test_limits.py::test_too_much_memory_ends_the_command_or_the_computer",
    "tests/computers/local/test_browser.py::test_a_page_is_opened_and_shown",
]


@pytest.fixture
def home() -> Iterator[Path]:
    """Of a user who may not enter the folders of this test."""
    with TemporaryDirectory(prefix="ordinary-", dir="/var/tmp") as folder:
        if os.geteuid() == 0:
            os.chown(folder, int(USER_ID), int(USER_ID))
        yield Path(folder)


@pytest.mark.timeout(180)
def test_an_ordinary_user_has_computers_that_keep_the_promise(home: Path) -> None:
    tests = [sys.executable, "-B", "-m", "pytest", *OPTIONS, f"--basetemp={home}/t", *SUITES]
    ran = subprocess.run(
        [*BECOME, *tests] if os.geteuid() == 0 else tests,
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "LIGHTCONE_HOME": str(home / "lightcone")},
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert " passed" in ran.stdout
