from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A checkout with two style sheets and two scripts of its own."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/assets", tmp_path / "scripts/assets")
    shutil.copytree(ROOT / "static/vendor/htmx", tmp_path / "static/vendor/htmx")
    for name, text in {
        "css/order.txt": "tokens.css\ncomponents/badge.css\n",
        "css/components/badge.css": ".badge { color: var(--ink) }\n",
        "css/tokens.css": ":root { --ink: #111 }\n",
        "js/b.js": "second();\n",
        "js/a.js": "first();\n",
    }.items():
        (tmp_path / "static" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "static" / name).write_text(text)
    return tmp_path / "static"


def test_style_sheets_are_joined_in_their_written_order(static: Path) -> None:
    assert join(static)["app.css"] == ":root { --ink: #111 }\n.badge { color: var(--ink) }\n"


def test_scripts_follow_htmx_by_name(static: Path) -> None:
    script = join(static)["app.js"]
    assert script.index("var htmx=") < script.index("first();") < script.index("second();")


def test_a_changed_style_sheet_has_a_new_name_and_its_script_keeps_the_old_one(static: Path) -> None:
    join(static)
    before = names(static)
    (static / "css/tokens.css").write_text(":root { --ink: #222 }\n")
    join(static)
    assert names(static)["app.css"] != before["app.css"]
    assert names(static)["app.js"] == before["app.js"]


def test_nothing_is_written_twice(static: Path) -> None:
    join(static)
    before = {path: path.stat().st_mtime_ns for path in (static / "dist").iterdir()}
    join(static)
    assert {path: path.stat().st_mtime_ns for path in (static / "dist").iterdir()} == before


def test_a_style_sheet_without_a_place_stops_it(static: Path) -> None:
    (static / "css/stray.css").write_text("b {}")
    done = run(static)
    assert done.returncode == 1
    assert done.stderr == "static/css/order.txt must name each style sheet in static/css once.\n"


def test_a_page_opened_before_a_change_keeps_its_style_for_a_day(static: Path) -> None:
    join(static)
    old = static / names(static)["app.css"]
    (static / "css/tokens.css").write_text(":root {}\n")
    join(static)
    assert old.exists()
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (two_days_ago, two_days_ago))
    join(static)
    assert not old.exists()


def join(static: Path) -> dict[str, str]:
    run(static).check_returncode()
    return {name: (static / path).read_text() for name, path in names(static).items()}


def names(static: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((static / "dist/manifest.json").read_text())
    return found


def run(static: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-I", str(static.parent / "scripts/assets")]
    return subprocess.run(program, capture_output=True, text=True, timeout=30)
