"""An approval: a call that waits until a person who may allows or refuses it.

It is a question with a control of its own. Words never answer it, whoever writes them and wherever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from django.db import models
from django.utils import timezone

from .answer import ANSWER_LIMIT, AnswerRefused
from .event_kinds import cut, shown, sound
from .grant import SUBJECT_LIMIT, Grant, Rule, covered
from .question import AnsweredAlready, Question, QuestionKind
from .session import Session
from .task import Task
from .user import User

SHOWN_BYTES = 4_000  # of what is asked about, in the transcript; the question keeps all of it
GLANCE_CHARACTERS, GLANCE_LINES = 400, 6


class NeedRow(TypedDict):
    """One reason to ask. Without a subject it can be allowed for one call only."""

    rule: str
    subject: str


class Decision(models.TextChoices):
    ONCE = "once", "once"
    SESSION = "session", "for this session"
    AGENT = "agent", "for this agent"
    REFUSE = "refuse", ""


_ASKS = {
    Rule.COMMAND: "run a command that contains {}",
    Rule.GIT_PUSH: "push to {} with Git",
    Rule.NETWORK: "reach {}",
    Rule.FORM: "send a form to {}",
    Rule.SCREEN: "use mouse and keyboard on {}",
}
_ASKS_ONCE = {
    Rule.GIT_PUSH: "run a command that pushes with Git",
    Rule.FORM: "send a form",
    Rule.SPENDING: "do what may cost money",
}


def ask(
    session: Session, task: Task, *, call_id: str, needs: Sequence[NeedRow], text: str, digest: str = ""
) -> Question:
    """Ask whether a call may be made, and show all of it. Called while the session's row is held.

    `digest` is how the worker knows again what was shown.
    """
    question = Question.objects.create(
        session=session,
        task=task,
        call_id=call_id,
        kind=QuestionKind.APPROVE,
        text=f"May it {_in_words(needs)}?",
        approval={"needs": list(needs), "shown": text, "digest": digest},
        step=session.last_seq + 1,
    )
    beginning = cut(text, SHOWN_BYTES)
    asked = {"call_id": call_id, "question": question.pk, "text": question.text, "shown": beginning}
    session.append("approval_asked", asked if beginning == text else {**asked, "cut": True}, task=task)
    return question


def _in_words(needs: Sequence[NeedRow]) -> str:
    subjects: dict[str, list[str]] = {}
    for need in needs:
        subjects.setdefault(need["rule"], []).append(need["subject"])
    parts = [
        _ASKS[Rule(rule)].format(" and ".join(named)) if all(named) else _ASKS_ONCE[Rule(rule)]
        for rule, named in subjects.items()
    ]
    return " and ".join(parts)[:500]


def covers(question: Question) -> list[str]:
    """What a grant would cover, a line each. Empty when it can be allowed for this one call only."""
    needs: list[NeedRow] = question.approval.get("needs", [])
    if any(not 0 < len(need["subject"]) <= SUBJECT_LIMIT for need in needs):
        return []
    return [covered(need["rule"], need["subject"]) for need in needs]


def lasts_a_task(question: Question) -> bool:
    """What a host serves comes in many requests: once is for as long as the task lasts."""
    needs: list[NeedRow] = question.approval.get("needs", [])
    return any(need["rule"] == Rule.NETWORK for need in needs)


def is_short(question: Question) -> bool:
    """Whether all of it can be read at a glance, so that it may be decided away from its session.

    What may cost money is not decided at a glance.
    """
    if any(need["rule"] == Rule.SPENDING for need in question.approval.get("needs", [])):
        return False
    text: str = question.approval.get("shown", "")
    return len(text) <= GLANCE_CHARACTERS and text.count("\n") < GLANCE_LINES


def decide(question: Question, decision: Decision, *, by: User, reason: str = "") -> None:
    """Allow or refuse a call; the task goes on once nothing is open any more.

    Whether this person may decide so is for whoever calls to have found out. The same person's same decision
    again changes nothing. Raises AnswerRefused, and AnsweredAlready when it is not open.
    """
    reason = sound(reason.strip())
    _check(question, decision, reason)
    with question.session.writing() as session:
        now = timezone.now()
        rows = Question.objects.filter(pk=question.pk, closed_at=None)
        if not rows.update(closed_at=now, answer=reason, decision=decision, answered_by=by):
            question.refresh_from_db()
            if question.answered_by == by and question.decision == decision:
                return
            raise AnsweredAlready(question)
        for_task = decision == Decision.ONCE and lasts_a_task(question)
        if for_task or decision in (Decision.SESSION, Decision.AGENT):
            _grant(question, session, decision, by)
        told = {
            "call_id": question.call_id,
            "question": question.pk,
            "allowed": decision != Decision.REFUSE,
            "how": "for this task" if for_task else decision.label,
            **shown(reason),
            "by_name": by.shown_name,
            "waited_seconds": round((now - question.asked_at).total_seconds()),
        }
        session.append("decided", told, task=question.task, step=question.step, by=by)
        question.go_on(by)
    question.refresh_from_db()


def _check(question: Question, decision: Decision, reason: str) -> None:
    if question.kind != QuestionKind.APPROVE:
        raise AnswerRefused("This question asks for no approval. Answer it in words.")
    if decision in (Decision.SESSION, Decision.AGENT) and not covers(question):
        raise AnswerRefused("This can be allowed once only: nobody can say what else would be covered.")
    if len(reason.encode()) > ANSWER_LIMIT:
        raise AnswerRefused(f"The reason is too long. The limit is {ANSWER_LIMIT:,} characters.")


def _grant(question: Question, session: Session, decision: Decision, by: User) -> None:
    whose: dict[str, Any] = {"agent": session.agent} if decision == Decision.AGENT else {"session": session}
    if decision == Decision.ONCE:
        whose["task"] = question.task
    for need in question.approval["needs"]:
        what = {"rule": need["rule"], "subject": need["subject"], **whose}
        if not Grant.objects.standing().filter(**what).exists():
            Grant.objects.create(question=question, given_by=by, **what)
