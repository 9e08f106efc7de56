"""How long things may get, and how they may not be called. What hits a limit wants to be two things."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("lightcone_site", "sessions_app", "scripts", "tests", "benchmarks")
WORDS_THAT_SAY_NOTHING = {"common", "helpers", "managers", "misc", "services", "utils"}


def test_a_python_file_is_read_in_one_sitting() -> None:
    assert longer_than(250, python_files()) == []


def test_a_function_fits_on_a_screen() -> None:
    assert long_functions(40, python_files()) == []


def test_a_view_says_one_thing() -> None:
    views = [path for path in python_files() if path.is_relative_to(ROOT / "sessions_app/web")]
    assert long_functions(15, views, first_argument="request") == []


def test_a_template_shows_one_thing() -> None:
    templates = sorted((ROOT / "templates").rglob("*.html"))
    partials = [path for path in templates if path.name.startswith("_")]
    assert longer_than(60, templates) == []
    assert longer_than(30, partials) == []


def test_a_style_sheet_styles_one_component() -> None:
    assert longer_than(150, (ROOT / "static/css").rglob("*.css")) == []


def test_a_script_is_one_behaviour_and_all_of_them_are_few() -> None:
    for_every_page = sorted((ROOT / "static/js").glob("*.js"))
    of_the_computer = sorted((ROOT / "static/js/computer").glob("*.js"))  # loaded with its panel alone
    assert longer_than(40, [*for_every_page, *of_the_computer]) == []
    assert sum(lines(path) for path in for_every_page) <= 400
    assert sum(lines(path) for path in of_the_computer) <= 300


def test_names_say_what_is_inside() -> None:
    assert [path for path in python_files() if path.stem in WORDS_THAT_SAY_NOTHING] == []


def test_importing_a_package_runs_nothing() -> None:
    """An import behind a package's back would slip past the layers."""
    packages = [path for path in python_files() if path.name == "__init__.py"]
    assert [path for path in packages if path.read_text() and path.parent.name != "models"] == []


def test_nothing_is_mocked() -> None:
    needle = "unittest." + "mock"
    assert [path for path in python_files() if needle in path.read_text()] == []


def python_files() -> list[Path]:
    paths = [ROOT / "manage.py", ROOT / "scripts/assets", ROOT / "scripts/postgres"]
    for folder in CODE:
        paths += sorted((ROOT / folder).rglob("*.py"))
    return [path for path in paths if "migrations" not in path.parts]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def longer_than(limit: int, paths: Iterator[Path] | list[Path]) -> list[str]:
    return [f"{path.relative_to(ROOT)}: {lines(path)}" for path in sorted(paths) if lines(path) > limit]


def long_functions(limit: int, paths: list[Path], *, first_argument: str = "") -> list[str]:
    found = []
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > limit and (not first_argument or names[:1] == [first_argument]):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length}")
    return found
