"""What is written down twice says the same thing in both places."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

from sessions_app.agents import policy, ports
from sessions_app.models import QuestionKind, Rule, Status
from sessions_app.models.event_kinds import KINDS, STEP_KINDS
from sessions_app.models.lifecycle import MOVES
from sessions_app.templatetags.dispatch import STATUS_KEYS
from sessions_app.templatetags.icon_shapes import SHAPES

ROOT = Path(__file__).resolve().parent.parent


class Pin(NamedTuple):
    name: str
    version: str
    sha256: frozenset[str]


def test_pip_would_install_what_uv_installs() -> None:
    assert pins_for_pip() == pins_for_uv()


def test_the_lock_answers_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = next(row for row in lock()["package"] if row["name"] == project["project"]["name"])["metadata"]
    assert asked(locked["requires-dist"]) == names(project["project"]["dependencies"])
    for group, wanted in project["dependency-groups"].items():
        assert asked(locked["requires-dev"][group]) == names(wanted)


def test_the_lock_names_only_the_public_index() -> None:
    text = (ROOT / "uv.lock").read_text() + (ROOT / "requirements.lock").read_text()
    assert set(re.findall(r"\w+://[^/\"\s]*", text)) == {"https://pypi.org", "https://files.pythonhosted.org"}


@pytest.mark.parametrize("folder", ["static/vendor", "tests/vendor"])
def test_vendored_scripts_are_what_their_readme_says(folder: str) -> None:
    readme = (ROOT / folder / "README.md").read_text()
    listed = dict(re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", readme, re.MULTILINE))
    scripts = [path for path in (ROOT / folder).rglob("*") if path.suffix in (".js", ".mjs", ".css")]
    found = {path.relative_to(ROOT / folder).as_posix(): sha256(path) for path in scripts}
    assert found
    assert found == listed


def pins_for_uv() -> set[Pin]:
    return {
        Pin(row["name"], row["version"], frozenset(file["hash"] for file in files_of(row)))
        for row in lock()["package"]
        if "registry" in row["source"]
    }


def pins_for_pip() -> set[Pin]:
    text = (ROOT / "requirements.lock").read_text()
    found = re.findall(r"^([\w.-]+)==([^ ;]+)(.*(?:\\\n +--hash=\S+ ?)+)", text, re.MULTILINE)
    return {Pin(name, version, frozenset(re.findall(r"sha256:\w+", rest))) for name, version, rest in found}


def files_of(row: dict[str, Any]) -> list[dict[str, str]]:
    return [*row.get("wheels", []), *([row["sdist"]] if "sdist" in row else [])]


def lock() -> dict[str, Any]:
    return tomllib.loads((ROOT / "uv.lock").read_text())


def names(requirements: list[str]) -> set[str]:
    """{"django>=5.2,<5.3"}: extras are left out, for the lock writes them elsewhere."""
    return {re.sub(r"\[.*\]|\s", "", requirement) for requirement in requirements}


def asked(rows: list[dict[str, Any]]) -> set[str]:
    return {row["name"] + row.get("specifier", "") for row in rows}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_readme_lists_every_variable_that_is_read() -> None:
    settings = (ROOT / "lightcone_site/settings.py").read_text()
    read = set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", settings))
    table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`([A-Z][A-Z_]+)`", " ".join(line.split("|")[1] for line in rows_of(table))))
    assert read
    assert read == listed


def test_the_settings_alone_read_the_environment() -> None:
    readers = sorted(
        path.relative_to(ROOT).as_posix()
        for folder in ("lightcone_site", "sessions_app")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.(environ|getenv)\b", path.read_text())
    )
    assert [path for path in readers if not path.startswith("sessions_app/computers/local/")] == [
        "lightcone_site/asgi.py",
        "lightcone_site/settings.py",
    ]


def test_every_step_has_its_template_and_every_template_its_step() -> None:
    templates = {path.stem.removeprefix("_") for path in (ROOT / "templates/events").glob("_*.html")}
    assert templates == set(STEP_KINDS)


def test_every_status_has_its_shape_and_every_colour_its_status() -> None:
    assert set(STATUS_KEYS) == set(Status.values)
    assert set(STATUS_KEYS.values()) <= set(SHAPES)


def test_the_events_of_all_moves_are_known() -> None:
    assert {move.event for move in MOVES.values()} <= set(KINDS)


def test_the_questions_that_agents_ask_are_those_that_people_can_answer() -> None:
    approve = {QuestionKind.APPROVE.value}  # which the system asks: no agent can
    assert set(get_args(ports.QuestionKind)) == set(QuestionKind.values) - approve


def test_the_rules_that_are_asked_about_are_those_that_can_be_granted() -> None:
    assert set(get_args(policy.Rule)) == set(Rule.values)


def test_every_file_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    named = set(re.findall(r"`((?:\w+/)+\w+\.py)`", text))
    assert len(named) > 8
    missing = [
        name for name in named if not any((ROOT / base / name).exists() for base in ("", "sessions_app"))
    ]
    assert missing == []


def rows_of(table: str) -> list[str]:
    return [line for line in table.splitlines() if line.startswith("| `")]
