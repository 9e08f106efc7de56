from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.db import models
from django.utils import timezone

from .answer import SEVERAL, AnswerRefused, in_words, with_note
from .event_kinds import shown, sound
from .lifecycle import Status
from .limit import Limit
from .session import Session
from .task import Task
from .user import User


class ChoiceRow(TypedDict):
    """One choice: its label, a line of consequence, and whether it cannot be undone."""

    label: str
    detail: str
    irreversible: bool


class QuestionKind(models.TextChoices):
    CHOOSE_ONE = "choose_one", "Choose one"
    CHOOSE_SEVERAL = SEVERAL, "Choose several"
    TEXT = "text", "Free text"
    APPROVE = "approve", "Approve"
    SECRET = "secret", "A secret"
    FILE = "file", "A file"
    TAKE_OVER = "take_over", "Take over"


class AnsweredAlready(Exception):
    """Somebody else was quicker, or the task went on without an answer."""

    def __init__(self, question: Question) -> None:
        if question.answered_by:
            did = "decided" if question.kind == QuestionKind.APPROVE or question.about else "answered"
            what = f"{question.answered_by.shown_name} {did} before you."
        elif question.default:
            what = "The deadline was before you: it goes on with the default."
        else:
            what = "This question is closed."
        super().__init__(f"{what} Your text is still here.")


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> QuestionQuerySet:
        return self.filter(closed_at=None)


class Question(models.Model):
    """What an agent asked and waits for. Its answer is the result of the tool call that asked it.

    With no call id it is the end of an answer in prose that asked something: the answer is then an ordinary
    message, and the person may mark the task done instead. What is about a limit is for `at_limit`.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="questions")
    task = models.ForeignKey(Task, models.CASCADE, related_name="questions")
    call_id = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, choices=QuestionKind.choices)
    text = models.TextField()
    choices = models.JSONField(default=list)  # [ChoiceRow]
    accept = models.CharField(max_length=200, blank=True)  # kinds of file, as a browser's input takes them
    secret_name = models.CharField(max_length=64, blank=True)  # of the variable that a secret goes by
    step = models.PositiveBigIntegerField()  # seq of the event that shows it
    about = models.CharField(max_length=20, blank=True, choices=Limit.choices)  # a limit: the system asks
    asked_at = models.DateTimeField(default=timezone.now)
    deadline_at = models.DateTimeField(null=True)  # then nobody is waited for: the default is the answer
    default = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    approval = models.JSONField(default=dict)  # {"needs": [NeedRow], "shown", "digest"}, of kind approve
    decision = models.CharField(max_length=10, blank=True)  # of kind approve; `answer` is then the reason
    key = models.UUIDField(null=True, editable=False)  # of the form that answered it
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=QuestionKind.values), name="question_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["task", "call_id"], condition=~models.Q(call_id=""), name="a_call_asks_once"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "closed_at"], name="open_questions"),
            models.Index(
                fields=["deadline_at"],
                condition=models.Q(closed_at=None, deadline_at__isnull=False),
                name="questions_with_a_deadline",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def give_answer(
        self,
        chosen: Sequence[int],
        note: str,
        *,
        by: User,
        key: uuid.UUID | None = None,
        by_link: bool = False,
    ) -> None:
        """Answer with choices, by their place, and words; the task goes on once nothing is open any more.

        Raises AnswerRefused, and AnsweredAlready when it is not open.
        """
        if self.kind == QuestionKind.APPROVE or self.about:
            raise AnswerRefused("Words do not approve or allow anything. Use the buttons.")
        labels = [choice["label"] for choice in self.choices]
        text = in_words(self.kind, labels, chosen, note.strip())
        self.close_with(text, text, by=by, key=key, by_link=by_link)

    def close_with(
        self,
        text: str,
        told: str,
        note: str = "",
        *,
        by: User,
        key: uuid.UUID | None = None,
        by_link: bool = False,
        more: dict[str, Any] | None = None,
    ) -> None:
        """Answer with what the agent reads as `text` and the transcript tells as `told`; both with the note.

        Raises AnswerRefused, and AnsweredAlready when it is not open.
        """
        text, told = (with_note(sound(words), sound(note.strip())) for words in (text, told))
        how = {"by_name": by.shown_name, **({"by_link": True} if by_link else {})}
        self.close(text, {**shown(told), **how, **(more or {})}, by=by, key=key)

    def answer_by_deadline(self) -> None:
        """Nobody answered in time: the default is the answer. Raises AnsweredAlready."""
        text = f"{self.default}\n\n(Nobody answered in time. This is the default that you stated.)"
        self.close(text, {**shown(self.default), "by_deadline": True})

    def close(
        self, text: str, told: dict[str, Any], *, by: User | None = None, key: uuid.UUID | None = None
    ) -> None:
        """The agent reads `text`; the transcript tells of it as `told` says."""
        with self.session.writing() as session:
            now = timezone.now()
            rows = Question.objects.filter(pk=self.pk, closed_at=None)
            if not rows.update(closed_at=now, answer=text, answered_by=by, key=key):
                self.refresh_from_db()
                if key is not None and self.key == key:
                    return  # the very form that answered it, sent again
                raise AnsweredAlready(self)
            answered = {
                "call_id": self.call_id,
                "question": self.pk,
                "at_step": session.steps,
                "waited_seconds": round((now - self.asked_at).total_seconds()),
                **told,
            }
            session.append("answered", answered, task=self.task, step=self.step, by=by)
            self.go_on(by)
        self.refresh_from_db()

    def go_on(self, by: User | None) -> None:
        """Let the task go on, unless another question is open. Called while the session's row is held."""
        task = Task.objects.get(pk=self.task_id)
        if task.status == Status.WAITING_FOR_INPUT and not task.questions.open().exists():
            task.move("answer", by=by)


def ask(
    session: Session,
    task: Task,
    text: str,
    *,
    kind: str,
    choices: Sequence[ChoiceRow] = (),
    call_id: str = "",
    deadline_minutes: int | None = None,
    default: str = "",
    secret_name: str = "",
    accept: str = "",
    about: str = "",
) -> Question:
    """Open a question and show it. Called while the session's row is held."""
    now = timezone.now()
    deadline_at = now + timedelta(minutes=deadline_minutes) if deadline_minutes else None
    question = Question.objects.create(
        session=session,
        task=task,
        call_id=call_id,
        kind=kind,
        text=sound(text),
        choices=sound(list(choices)),
        step=session.last_seq + 1,
        about=about,
        asked_at=now,
        deadline_at=deadline_at,
        default=sound(default),
        secret_name=secret_name,
        accept=accept,
    )
    session.append("asked", _as_asked(question), task=task)
    return question


def _as_asked(question: Question) -> dict[str, Any]:
    """What the transcript tells of it."""
    told = {name: getattr(question, name) for name in ("call_id", "text", "kind", "choices")}
    told |= {"question": question.pk, **({"about": question.about} if question.about else {})}
    if question.deadline_at:
        told |= {"deadline_at": question.deadline_at.isoformat(), "default": question.default}
    return told
