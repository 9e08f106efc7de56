"""What people and programs do to a task, whatever drives it.

Pages, the API and schedules call this; runners register the engine. Rows first: a lost call to the engine
costs time, never truth, since an engine also looks at the rows by itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from django.db import transaction

from .models import (
    Agent,
    Message,
    Question,
    QuestionKind,
    Session,
    Status,
    Task,
    User,
    approval,
    at_limit,
    attempt,
    computer,
    conversation,
    given_file,
    put_files,
    rewinding,
    steering,
    takeover,
)
from .models import secret as secrets
from .models.approval import Decision
from .models.given_file import Kept


class Engine(Protocol):
    """What drives tasks. Both calls are quick, thread-safe and may be repeated."""

    def start(self, task_id: int) -> None:
        """A task is pending."""

    def cancel(self, task_id: int) -> None:
        """Somebody asked a task under way to stop: look now, and end what it runs."""


_engines: list[Engine] = []


def use(engine: Engine | None) -> None:
    """Let this engine drive what is dispatched from this process; None when there is none any more."""
    _engines[:] = [engine] if engine else []


def begin(
    agent: Agent, instruction: str, *, by: User, effort: str | None = None, key: uuid.UUID | None = None
) -> Session:
    """Give an agent work. Raises conversation.TextRefused."""
    session = conversation.open_session(agent, instruction, by=by, effort=effort, key=key)
    _start(session.latest_task)
    return session


def say(
    session: Session,
    text: str,
    *,
    by: User,
    model: str = "",
    effort: str | None = None,
    key: uuid.UUID | None = None,
) -> Task | Message | Question:
    """Send words to a session. Raises conversation.TextRefused, AnswerRefused, AnsweredAlready."""
    done = conversation.say(session, text, by=by, model=model, effort=effort, key=key)
    _start(done if isinstance(done, Task) else done.task)
    return done


def answer(
    question: Question,
    chosen: Sequence[int],
    note: str,
    *,
    by: User,
    key: uuid.UUID | None = None,
    by_link: bool = False,
    secret: str = "",
    file: Kept | None = None,
) -> None:
    """Answer an open question. Raises AnswerRefused, AnsweredAlready."""
    if question.about:
        at_limit.decide(question, chosen, note, by=by, key=key)
    elif file and question.kind == QuestionKind.FILE:
        given_file.give(question, file, note, by=by, key=key, by_link=by_link)
    elif secret and question.kind == QuestionKind.SECRET:
        secrets.give(question, secret, note, by=by, key=key, by_link=by_link)
    else:
        question.give_answer(chosen, note, by=by, key=key, by_link=by_link)
    _start(question.task)


def decide(question: Question, decision: Decision, *, by: User, reason: str = "") -> None:
    """Allow or refuse a call that waits for it. Raises AnswerRefused, AnsweredAlready."""
    approval.decide(question, decision, by=by, reason=reason)
    _start(question.task)


def mark_done(task: Task, *, by: User) -> None:
    """End a task that only asked in prose. Raises MoveLost."""
    conversation.mark_done(task, by=by)


def stop(task: Task, *, by: User) -> None:
    """Stop a task; what it made is kept."""
    task.ask_to_stop(by=by)
    for engine in _engines:
        transaction.on_commit(partial(engine.cancel, task.pk))


def pause(task: Task, *, by: User) -> None:
    """Pause a task after what it does now; it holds no worker then, and goes on where it was."""
    task.ask_to_pause(by=by)


def resume(task: Task, *, by: User) -> None:
    """Let a paused task go on."""
    task.resume(by=by)
    _start(task)


def recover(task: Task) -> None:
    """Let a task go on, or stop as it was asked to, whose worker is gone.

    Raises MoveLost where it was heard from in time, and Fenced.
    """
    attempt.recover_silent(task)
    _start(_latest(task.session))


def take_control(session: Session, *, by: User) -> None:
    """Give a person the mouse and keyboard of a session's computer. Raises takeover.ControlRefused."""
    takeover.take(session, by=by)
    wake(session)


def hand_back(session: Session, *, by: User, note: str = "") -> None:
    """Let the agent have them again. Nobody having them is no error."""
    if taken := takeover.current(session):
        takeover.give_back(taken, by=by, note=note)
        _start(_latest(session))


def wake(session: Session) -> None:
    """Switch a session's computer on, where it has one."""
    if computer.ask_to_wake(session):
        for engine in _engines:
            transaction.on_commit(partial(engine.start, 0))


def steer(task: Task, *, model: str, effort: str, by: User) -> None:
    """Change what a task under way thinks with, from its next step on. Raises steering.ChoiceRefused."""
    steering.steer(task, model=model, effort=effort, by=by)


def go_again(session: Session, seq: int, text: str, *, by: User, key: uuid.UUID) -> None:
    """Go on from an earlier step; what runs is stopped first. Raises CannotGoBack, TextRefused."""
    rewinding.go_again(session, seq, text, by=by, key=key)
    task = _latest(session)
    _start(task)
    for engine in _engines:
        transaction.on_commit(partial(engine.cancel, task.pk))


def fork(session: Session, seq: int, text: str, *, by: User, key: uuid.UUID) -> Session:
    """A new session that goes on from a step of this one. Raises CannotGoBack, TextRefused."""
    forked = rewinding.fork(session, seq, text, by=by, key=key)
    _start(forked.latest_task)
    return forked


def tell_of_files(session: Session, paths: Sequence[str], *, by: User) -> None:
    """A person put these files into the computer's workspace."""
    put_files.tell(session, paths, by=by)


def edit(message: Message, text: str, *, by: User) -> None:
    """Change what the agent has not read yet. Raises conversation.TextRefused, MessageRefused."""
    message.edit(conversation.checked(text), by=by)


def withdraw(message: Message, *, by: User) -> None:
    """Take back what the agent has not read yet. Raises MessageRefused."""
    message.withdraw(by=by)


def _latest(session: Session) -> Task:
    return Task.objects.filter(session=session).latest("number")


def _start(task: Task | None) -> None:
    if task is None:
        return
    task.refresh_from_db(fields=["status"])
    if task.status == Status.PENDING:
        for engine in _engines:
            transaction.on_commit(partial(engine.start, task.pk))
