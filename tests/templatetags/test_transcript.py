from __future__ import annotations

import time

import pytest

from sessions_app.templatetags.transcript import diff_lines, log


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("10 %\r50 %\rdone\n", "done\n"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("kept\nwritten over\r", "kept\n"),
        ("a < b", "a &lt; b"),
        ("\x1b[31mred\x1b[0m", "<em>red</em>"),
    ],
)
def test_output_reads_as_a_terminal_would_have_shown_it(printed: str, shown: str) -> None:
    assert log(printed) == shown


def test_a_line_without_an_end_is_drawn_at_once() -> None:
    """It may be live output, which is drawn ten times a second."""
    begins = time.perf_counter()
    log("a" * 1_000_000)
    assert time.perf_counter() - begins < 1


def test_a_diff_with_an_endless_line_number_is_drawn() -> None:
    assert "9999" in diff_lines(f"@@ -{'9' * 5000} +1 @@\n+text")
