"""A task at a limit: the system asks a person, and obeys the answer itself.

The question is no agent's: a model cannot ask it, and no words answer it, whoever wrote them. Only a choice
of somebody who directs does. Sessions that spend from one budget at once may go beyond it by the calls that
they have in flight.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .answer import ANSWER_LIMIT, AnswerRefused
from .budget import is_spent
from .event_kinds import shown, sound
from .lifecycle import Status
from .limit import Limit, Verdict
from .message import put_in_queue
from .offers import FINISH, STOP, allow, offer
from .question import AnsweredAlready, Question, QuestionKind, ask
from .session import Session
from .task import Task
from .user import User

ROOM_AGAIN = "The budget has room again."


def ask_what_to_do(session: Session, task: Task, limit: Limit) -> Question:
    """Put it to the people of the space. Called while the session's row is held."""
    text, more = offer(task, limit)
    choices = (more, FINISH, STOP)  # in the order of Verdict
    return ask(session, task, text, kind=QuestionKind.CHOOSE_ONE, choices=choices, about=limit)


@dataclass(frozen=True)
class _Answer:
    """What came with a choice, and from whom."""

    note: str
    by: User
    key: uuid.UUID


def decide(
    question: Question,
    chosen: Sequence[int],
    note: str,
    *,
    by: User,
    key: uuid.UUID | None = None,
) -> None:
    """Obey a choice. Words beside it that are no amount, and words alone, reach the agent as a message.

    Raises AnswerRefused, and AnsweredAlready when it is not open.
    """
    note = sound(note.strip())
    _check(question, chosen, note)
    verdict = list(Verdict)[chosen[0]] if chosen else None
    answer = _Answer(note, by, key or uuid.uuid4())
    with question.session.writing() as session:
        question.refresh_from_db(fields=["closed_at", "key", "answer", "answered_by"])
        if not question.is_open:
            if question.key == answer.key:
                return  # the very form that answered it, sent again
            raise AnsweredAlready(question)
        task = Task.objects.select_related("session__agent", "session__space").get(pk=question.task_id)
        if verdict is None:
            if not session.messages.filter(key=answer.key).exists():
                put_in_queue(session, task, answer.note, by=by, key=answer.key)
        else:
            _obey(session, task, question, verdict, answer)


def _check(question: Question, chosen: Sequence[int], note: str) -> None:
    if len(chosen) > 1:
        raise AnswerRefused("Choose one answer only.")
    if any(not 0 <= place < len(question.choices) for place in chosen):
        raise AnswerRefused("That is not one of the choices. Choose again.")
    if not chosen and not note:
        raise AnswerRefused("Choose what shall happen.")
    if len(note.encode()) > ANSWER_LIMIT:
        raise AnswerRefused(f"The note is too long. The limit is {ANSWER_LIMIT:,} characters.")


def _obey(session: Session, task: Task, question: Question, verdict: Verdict, answer: _Answer) -> None:
    told, note = verdict.label, answer.note
    if verdict is Verdict.ALLOW:
        told, note = allow(task, Limit(question.about), note, by=answer.by)
    else:
        task.withdraw_questions(session, but=question.pk)
    if note:
        put_in_queue(session, task, note, by=answer.by, key=uuid.uuid4())
    payload: dict[str, Any] = {**shown(told), "verdict": verdict, "by_name": answer.by.shown_name}
    question.close(told, payload, by=answer.by, key=answer.key)
    if verdict is Verdict.STOP:
        task.move("cancel", {"by_name": answer.by.shown_name}, by=answer.by)


def go_on_where_there_is_room() -> None:
    """Sessions that wait for their space's budget go on once it was raised, or a new month has begun."""
    waiting = Question.objects.open().filter(about=Limit.SPACE_BUDGET, task__status=Status.WAITING_FOR_INPUT)
    spent: dict[int, bool] = {}
    for question in waiting.select_related("session", "task__session").order_by("pk"):
        space_id = question.session.space_id
        if space_id not in spent:
            spent[space_id] = is_spent(space_id)
        if not spent[space_id]:
            _go_on(question)


def _go_on(question: Question) -> None:
    try:
        question.close(ROOM_AGAIN, {**shown(ROOM_AGAIN), "verdict": Verdict.ALLOW, "by_budget": True})
    except AnsweredAlready:
        return
