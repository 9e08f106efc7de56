"""A bar chart as SVG, from numbers that somebody wrote down."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

MOST_BARS = 12

Bar = tuple[str, float]


def bars_in(text: str) -> list[Bar]:
    """ "Mon 3, Tue: 5" or "3 apples" as labelled numbers; empty unless there are at least two of them."""
    bars: list[Bar] = []
    for piece in re.split(r"[\n;]+|,(?!\d)|\band\b", text):
        plain = piece.strip(" \t.-*•|")
        found = re.fullmatch(r"(?P<label>\D.{0,38}?)[\s:=|]+(?P<value>\d{1,12}(?:[.,]\d{1,4})?)\s*%?", plain)
        found = found or re.fullmatch(
            r"(?P<value>\d{1,12}(?:[.,]\d{1,4})?)\s*%?\s+(?P<label>\D.{0,38})", plain
        )
        if found:
            bars.append((found["label"].strip(" :="), float(found["value"].replace(",", "."))))
    return bars[:MOST_BARS] if len(bars) > 1 else []


def svg_chart(bars: Sequence[Bar], *, title: str, fill: str) -> str:
    """A picture that a screen reader can read too. `fill` is a CSS colour."""
    most = max(value for _, value in bars) or 1
    spoken = ", ".join(f"{label} {value:g}" for label, value in bars)
    rows = [_row(number, bar, most=most, fill=fill) for number, bar in enumerate(bars)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {40 * len(bars)}" width="640"'
            ' font-family="sans-serif" font-size="15"'
            f' role="img" aria-label="{html.escape(title)}: {html.escape(spoken)}">',
            *rows,
            "</svg>",
        ]
    )


def _row(number: int, bar: Bar, *, most: float, fill: str) -> str:
    label, value = bar
    top, width = 40 * number, round(360 * value / most)
    return (
        f'  <text x="170" y="{top + 25}" text-anchor="end">{html.escape(label[:22])}</text>'
        f'<rect x="185" y="{top + 6}" width="{width}" height="28" rx="4" fill="{fill}"/>'
        f'<text x="{195 + width}" y="{top + 25}">{value:g}</text>'
    )
