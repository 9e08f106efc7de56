"""Asking the person, and taking the answer for what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .intents import Ask
from .story import Story, must

_FOR_GOOD = re.compile(r"\b(?:delete|remove|drop|discard|erase|send|pay|publish)\b", re.IGNORECASE)


def ask(wanted: Ask) -> Story[str]:
    choices: list[Mapping[str, str | bool]] = [
        {"label": label, "irreversible": bool(_FOR_GOOD.search(label))} for label in wanted.choices
    ]
    kind = "text" if not choices else "choose_several" if wanted.several else "choose_one"
    answer = yield from answered(wanted.question, kind=kind, choices=choices)
    return f"I asked: “{wanted.question}” You answered: “{answer}”."


def answered(
    question: str,
    *,
    kind: str = "text",
    choices: Sequence[Mapping[str, str | bool]] = (),
    say: str = "",
    think: str = "",
) -> Story[str]:
    """What the person answered. Raises CannotGoOn when the question cannot be put."""
    result = yield from must(
        "ask_user", aim="ask you", say=say, think=think, question=question, kind=kind, choices=list(choices)
    )
    return result.text.strip()
