"""The transcript as an agent remembers it: rows become the plain entries that `agents.memory` reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sessions_app.agents.entries import (
    Answered,
    Decided,
    Entry,
    Instructed,
    MessageRead,
    Responded,
    Returned,
    Summarised,
    ToldToFinish,
    WentBack,
)
from sessions_app.models import Event, Question, QuestionKind, Session, Verdict, rewinding

REMEMBERED = (
    "rewound",
    "forked",
    "instructed",
    "message_read",
    "model_responded",
    "returned",
    "answered",
    "decided",
    "summarised",
)


WENT_BACK = (
    "[The person went back to this point of the session. What came after it is not shown to you and does not "
    "count. Files in the computer are as they are now, also where they were changed after this point.]"
)
FORKED = (
    "[This session was forked from another one at this point. You remember what came before it. Files in "
    "/workspace are a copy of that session's files; nothing that ran there runs here.]"
)


PAGE_EVENTS = 500


def recall(session: Session) -> list[Entry]:
    """Everything an agent knows of this session, oldest first. A pure function of its rows."""
    return [entry for page in recall_in_pages(session) for entry in page]


def recall_in_pages(session: Session) -> Iterator[list[Entry]]:
    """The same. A session of many thousand steps takes seconds: between two pages others come to read."""
    for one, numbers in rewinding.lineage(session):
        yield from _pages(one, numbers)


def _pages(session: Session, numbers: list[range]) -> Iterator[list[Entry]]:
    """What these events of one session left in the agent's memory."""
    instructions = {task.pk: (task.instruction, str(task.uuid)) for task in session.tasks.all()}
    messages = dict(session.messages.values_list("pk", "text"))
    questions = session.questions.in_bulk()
    # A fork reads nothing of what its parent did since.
    remembered, after = session.events.filter(kind__in=REMEMBERED, seq__lt=numbers[-1].stop), 0
    while page := list(remembered.after(after)[:PAGE_EVENTS]):
        those = [event for event in page if any(event.seq in some for some in numbers)]
        yield [entry for event in those for entry in _entry(event, instructions, messages, questions)]
        after = page[-1].seq


def _entry(
    event: Event,
    instructions: dict[int, tuple[str, str]],
    messages: dict[int, str],
    questions: dict[int, Question],
) -> Iterator[Entry]:
    payload = event.payload
    match event.kind:
        case "instructed":
            text, task = instructions[event.task_id or 0]
            yield Instructed(text, task=task)
        case "rewound":
            yield WentBack(WENT_BACK)
        case "forked":
            yield MessageRead(FORKED)
        case "message_read":
            yield MessageRead(messages[payload["message"]])
        case "model_responded":
            yield Responded(payload.get("response"), blob=payload.get("blob", ""))
        case "returned":
            yield Returned(
                payload["call_id"],
                payload.get("text", ""),
                blob=payload.get("blob", ""),
                image=payload.get("image", ""),
                image_type=payload.get("image_type", "image/jpeg"),
                failed=payload.get("failed", False),
                unusable=payload.get("unusable", False),
            )
        case "answered" | "decided":
            yield from _answer(payload, questions[payload["question"]])
        case "summarised":
            yield Summarised(payload["kept"], payload.get("text", ""), blob=payload.get("blob", ""))


def _answer(payload: dict[str, Any], question: Question) -> Iterator[Entry]:
    """What a person answered. What they decide at a limit the system obeys; the agent is told to finish."""
    if question.about:
        if payload["verdict"] == Verdict.FINISH:
            yield ToldToFinish()
    elif question.kind == QuestionKind.APPROVE:
        allowed, digest = payload["allowed"], question.approval.get("digest", "")
        yield Decided(payload["call_id"], allowed, reason=question.answer, digest=digest)
    elif payload["call_id"]:
        yield Answered(payload["call_id"], question.answer)
    else:
        yield MessageRead(question.answer)
