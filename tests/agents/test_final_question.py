from __future__ import annotations

import pytest

from sessions_app.agents.final_question import question_in


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The boat is ready.\n\nWhich colour shall it be?", "Which colour shall it be?"),
        ("Shall I publish it?", "Shall I publish it?"),
        (
            "It works. Shall I publish it? Please let me know.",
            "It works. Shall I publish it? Please let me know.",
        ),
        ("Done.\n\nWhich one?\n\n- Red\n- Blue", "Which one?\n\n- Red\n- Blue"),
        ("Done.\n\nWhich one?\n1. Red\n2. Blue", "Which one?\n1. Red\n2. Blue"),
        ("Ready.\n\nShall I go on?\n\nLet me know.", "Shall I go on?\n\nLet me know."),
        ("**Shall I delete the branch?**", "**Shall I delete the branch?**"),
    ],
)
def test_a_text_that_ends_in_a_question_asks_it(text: str, question: str) -> None:
    assert question_in(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The boat is ready.",
        "Why did it fail? The disk was full. I emptied it and ran the tests again, and all of them pass now.",
        "All done. Is there anything else I can do for you?",
        "The site is at http://localhost:8000/list?page=2",
        "Run this:\n\n```\ngrep what?\n```",
        "I answered these:\n\n- What is it?\n- Where is it?\n\nBoth are in report.md.",
    ],
)
def test_a_text_that_ends_otherwise_asks_nothing(text: str) -> None:
    assert question_in(text) is None


def test_of_a_long_block_only_its_last_question_is_asked() -> None:
    assert question_in("I did a thing. " * 100 + "Shall I publish it?") == "Shall I publish it?"
