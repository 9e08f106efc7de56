"""What a person says to an agent: the first instruction, and everything after it in the same session."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from .agent import Agent
from .event_kinds import shown
from .lifecycle import MoveLost, Status
from .message import Message, put_in_queue
from .question import Question, QuestionKind
from .session import Session, title_from
from .steering import effort_that_exists
from .task import INSTRUCTION_LIMIT, Task
from .user import User


class TextRefused(ValueError):
    """The text is empty, or longer than the limit. Says which."""


def open_session(
    agent: Agent, instruction: str, *, by: User, effort: str | None = None, key: uuid.UUID | None = None
) -> Session:
    """Begin a session with an agent. The same key answers the session that it began the first time."""
    instruction = checked(instruction)
    key = key or uuid.uuid4()
    with transaction.atomic():
        session, is_new = Session.objects.get_or_create(
            space=agent.space,
            key=key,
            defaults={
                "agent": agent,
                "title": title_from(instruction),
                "created_by": by,
                "environment": agent.environment,
            },
        )
        if is_new:
            begin_task(session, instruction, by=by, effort=effort, key=key)
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
    """Send words to a session: the oldest open question gets them, else a task under way, else a new task.

    Model and effort are for a new task; without them it is the agent's.
    The same key answers what it did the first time and does nothing again.
    """
    text = checked(text)
    key = key or uuid.uuid4()
    with session.writing() as held:
        for sent in (held.messages, held.tasks, held.questions):
            if done := sent.filter(key=key).first():
                return done
        task = held.latest_task
        # Words never approve anything, nor raise a limit: beside such a question they wait, and are read
        # when the task goes on.
        question = held.questions.open().filter(about="").exclude(kind=QuestionKind.APPROVE).first()
        if question:
            question.give_answer([], text, by=by, key=key)
            return question
        if task and not task.is_over:
            return put_in_queue(held, task, text, by=by, key=key)
        return begin_task(held, text, by=by, model=model, effort=effort, key=key)


def mark_done(task: Task, *, by: User) -> None:
    """End, without an answer, a task that ended in a question of prose. Raises MoveLost otherwise."""
    with task.session.writing() as session:
        task.look_again()
        waits = task.status == Status.WAITING_FOR_INPUT
        if not waits or task.questions.open().exclude(call_id="", about="").exists():
            raise MoveLost("be marked done", task.status)
        finished = {"seconds": round(task.duration_seconds, 1), "steps": session.steps}
        task.move("complete", finished, by=by)


def checked(text: str) -> str:
    """The text without its outer white space. Raises TextRefused."""
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise TextRefused("Write what you want first.")
    if len(text) > INSTRUCTION_LIMIT:
        raise TextRefused(
            f"The message has {len(text):,} characters. The limit is {INSTRUCTION_LIMIT:,}. Shorten it."
        )
    return text


def begin_task(
    session: Session,
    instruction: str,
    *,
    by: User | None,
    effort: str | None,
    key: uuid.UUID,
    model: str = "",
    opening: tuple[str, dict[str, Any]] | None = None,
) -> Task:
    """The next task of a session, whose row the caller holds. The rest is the agent's, and its limits are.

    `opening` is an event that goes before the instruction.
    """
    agent = session.agent
    model = model or agent.thinks_with
    task = Task.objects.create(
        session=session,
        number=session.tasks.count() + 1,
        key=key,
        instruction=instruction,
        model=model,
        effort=effort_that_exists(agent.space_id, model, agent.effort if effort is None else effort),
        temperature=agent.temperature,
        **agent.limits(),
        created_by=by,
    )
    Session.objects.filter(pk=session.pk).update(latest_task=task, reviewed_at=timezone.now())
    if opening:
        session.append(*opening, task=task, by=by)
    instructed = {**shown(instruction), "effort": task.effort, "model": task.model}
    session.append("instructed", instructed, task=task, by=by)
    session.latest_task = task
    return task
