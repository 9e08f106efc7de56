"""What people do to a session, whether or not there is anything to do it to."""

from __future__ import annotations

import uuid
from contextlib import suppress

from sessions_app import dispatch
from sessions_app.models import AnsweredAlready, AnswerRefused, Message, MoveLost, Task, User
from sessions_app.models.approval import Decision
from sessions_app.models.message import MessageRefused
from sessions_app.models.steering import ChoiceRefused

REFUSALS = (AnswerRefused, AnsweredAlready, ChoiceRefused, MessageRefused, MoveLost)


def wants(wish: str, task: Task, *, by: User, decision: Decision) -> None:
    """What cannot be done is refused in words, and changes nothing."""
    with suppress(*REFUSALS):
        match wish:
            case "say":
                dispatch.say(task.session, "And this.", by=by)
            case "answer":
                answer(task, by=by, decision=decision)
            case "stop":
                dispatch.stop(task, by=by)
            case "pause":
                dispatch.pause(task, by=by)
            case "resume":
                dispatch.resume(task, by=by)
            case "go_back":
                go_back(task, by=by)
            case "mark_done":
                dispatch.mark_done(task, by=by)
            case "steer":
                dispatch.steer(task, model=task.model, effort="careful" if not task.effort else "", by=by)
            case "edit" | "withdraw":
                change_message(task, by=by, takes_back=wish == "withdraw")


def answer(task: Task, *, by: User, decision: Decision) -> None:
    question = task.questions.filter(closed_at=None).first()
    if question is None:
        return
    if question.approval:
        dispatch.decide(question, decision, by=by)
    else:
        dispatch.answer(question, [], "This one.", by=by)


def go_back(task: Task, *, by: User) -> None:
    """To a step in the middle of the session, whether or not it was gone back on before."""
    kinds = ("instructed", "said", "command_started")
    steps = list(task.session.events.filter(kind__in=kinds).order_by("seq").values_list("seq", flat=True))
    dispatch.go_again(task.session, steps[len(steps) // 2], "", by=by, key=uuid.uuid4())


def change_message(task: Task, *, by: User, takes_back: bool) -> None:
    message = Message.objects.filter(session=task.session).last()
    if message is None:
        return
    if takes_back:
        dispatch.withdraw(message, by=by)
    else:
        dispatch.edit(message, "Or rather this.", by=by)
