from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from sessions_app.agents.demo.chart import bars_in, svg_chart


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("Mon 3, Tue: 5", [("Mon", 3), ("Tue", 5)]),
        ("- figs = 2.5\n- plums = 4", [("figs", 2.5), ("plums", 4)]),
        ("3 apples and 4 pears", [("apples", 3), ("pears", 4)]),
        ("Mon 3", []),
        ("no numbers, none at all", []),
    ],
)
def test_numbers_with_names_become_bars(text: str, bars: list[tuple[str, float]]) -> None:
    assert bars_in(text) == bars


def test_a_chart_tells_its_numbers_to_a_screen_reader_and_escapes_names() -> None:
    svg = svg_chart([("<b>", 1.0), ("c", 4.0)], title="A & B", fill="#123456")
    drawing = BeautifulSoup(svg, "html.parser").select_one("svg[role=img]")
    assert drawing is not None
    assert drawing["aria-label"] == "A & B: <b> 1, c 4"
    assert drawing.select("b") == []
    assert [rect["width"] for rect in drawing.select("rect")] == ["90", "360"]


def test_numbers_that_are_all_zero_can_be_drawn() -> None:
    assert 'width="0"' in svg_chart([("a", 0.0), ("b", 0.0)], title="T", fill="red")
