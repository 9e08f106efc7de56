"""What a person may answer to a question, as the words that the agent reads."""

from __future__ import annotations

from collections.abc import Sequence

ANSWER_LIMIT = 5_000
SEVERAL = "choose_several"  # the kind of question that takes more than one choice
NOTHING_GIVEN = {
    "secret": "Enter the secret, or write why you do not give it.",
    "file": "Choose a file, or write why you do not give one.",
}


class AnswerRefused(ValueError):
    """The answer does not fit the question: nothing is chosen or written, or the choice does not exist."""


def in_words(kind: str, labels: Sequence[str], chosen: Sequence[int], note: str) -> str:
    """The labels chosen, by their places, and the note. Raises AnswerRefused."""
    if any(not 0 <= place < len(labels) for place in chosen):
        raise AnswerRefused("That is not one of the choices. Choose again.")
    if kind != SEVERAL and len(chosen) > 1:
        raise AnswerRefused("Choose one answer only.")
    if not chosen and not note:
        raise AnswerRefused(NOTHING_GIVEN.get(kind, "Choose an answer, or write one."))
    return with_note(", ".join(labels[place] for place in sorted(set(chosen))), note)


def with_note(words: str, note: str) -> str:
    """Raises AnswerRefused where the note is too long."""
    if len(note.encode()) > ANSWER_LIMIT:
        raise AnswerRefused(f"The answer is too long. The limit is {ANSWER_LIMIT:,} characters.")
    return f"{words}\n\n{note}" if words and note else words or note
