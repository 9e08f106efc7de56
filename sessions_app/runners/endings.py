"""How an attempt ends, written down: one transaction each, made only by the worker that holds the task."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async

from sessions_app.agents.endings import Answered, Fault, RanOut
from sessions_app.artifacts.store import BlobError
from sessions_app.computers.errors import ComputerError, ComputerUnavailable
from sessions_app.models import (
    OVER,
    AtLimit,
    Fenced,
    Limit,
    MoveLost,
    QuestionKind,
    Session,
    Task,
    at_limit,
    attempt,
    offers,
    question,
    rewinding,
)
from sessions_app.models.event_kinds import fitted, sound
from sessions_app.models.lifecycle import MOVES
from sessions_app.models.user import name_of

from .holding import Holding

ASKED_LIMIT = 1_500  # characters of a question that an answer in prose ended with


async def answered(holding: Holding, ending: Answered) -> bool:
    """The agent said its last word: Done, or Needs input if it asks.

    False when unread messages wait, or somebody asked it to stop before it could ask. With messages waiting,
    one that was asked to pause is paused instead.
    """

    def end(session: Session) -> bool:
        if session.messages.unread().exists():
            return _paused(holding)
        if ending.question:
            if _asked_to_stop(holding):
                return False
            question.ask(session, holding.task, ending.question[:ASKED_LIMIT], kind=QuestionKind.TEXT)
            _move(holding, "wait")
        else:
            _move(holding, "complete", _sums(holding, session))
        return True

    return await holding.write(end)


async def wait(holding: Holding) -> bool:
    """Needs input. False when every question was answered, or it was asked to stop, in the meantime."""

    def end(session: Session) -> bool:
        if _asked_to_stop(holding) or not session.questions.open().filter(task=holding.task).exists():
            return False
        _move(holding, "wait")
        return True

    return await holding.write(end)


async def ran_out(holding: Holding, ending: RanOut) -> bool:
    """At a limit: Needs input, or failed where nobody shall be asked. False when it was asked to stop."""
    limit = Limit(ending.limit)

    def end(session: Session) -> bool:
        if _asked_to_stop(holding):
            return False
        if holding.task.at_limit == AtLimit.FAIL:
            text = offers.offer(holding.task, limit).text
            told = {"text": text, "kept": Fault.kept, "retry": True}
            _move(holding, "fail", told, {"failure": text[:500]})
        else:
            at_limit.ask_what_to_do(session, holding.task, limit)
            _move(holding, "wait")
        return True

    return await holding.write(end)


async def fail(holding: Holding, fault: Exception) -> None:
    """Failed: what happened, what is kept, whether trying again makes sense. Raises Fenced."""
    if isinstance(fault, Fault):
        told = {
            "text": fault.text,
            "detail": fault.detail[:2000],
            "kept": f"{fault.kept} {fault.advice}".strip(),
        }
        await _failed(holding, {**told, "retry": fault.worth_retrying})
    elif isinstance(fault, ComputerError):
        cure = fault.cure if isinstance(fault, ComputerUnavailable) else ""
        await _failed(holding, {"text": str(fault), "detail": cure, "kept": Fault.kept, "retry": True})
    elif isinstance(fault, BlobError):
        await _failed(holding, {"text": str(fault), "kept": Fault.kept, "retry": True})
    else:
        text = "Something broke on our side."
        detail = f"{type(fault).__name__}: {fault}"[:2000]
        await _failed(holding, {"text": text, "detail": detail, "kept": Fault.kept, "retry": True})


async def stop(holding: Holding) -> None:
    """Stopped by the person who asked for it, or by its time. Raises Fenced when another worker holds it."""

    def end(session: Session) -> None:
        if _asked_to_stop(holding):
            _cancel(holding)
        elif holding.task.is_past_its_time:
            _move(holding, "expire", {"after": holding.task.lifetime})
        else:
            raise Fenced

    await holding.write(end)


async def pause(holding: Holding) -> bool:
    """Paused where it is. False when it was asked to stop, or to go on, in the meantime."""
    return await holding.write(lambda session: _paused(holding))


async def park(holding: Holding, reason: str) -> None:
    """Back into the queue; whoever claims it goes on where it was. Does nothing when the task is not held."""

    def back() -> None:
        try:
            with holding.task.held(holding.attempt.fence):
                if _asked_to_stop(holding):
                    return _cancel(holding)
                attempt.let_go(holding.task, reason=reason)
        except (Fenced, MoveLost):
            return

    await sync_to_async(back)()


def _paused(holding: Holding) -> bool:
    if _asked_to_stop(holding) or holding.task.pause_asked_at is None:
        return False
    who = holding.task.pause_asked_by
    _move(holding, "pause", {"by_name": name_of(who)})
    return True


def _cancel(holding: Holding) -> None:
    who = holding.task.stop_asked_by
    _move(holding, "cancel", {"by_name": name_of(who)})


async def _failed(holding: Holding, told: dict[str, Any]) -> None:
    told = holding.masking.value(told)

    def end(session: Session) -> None:
        said = sound(told)
        _move(holding, "fail", fitted(said), {"failure": said["text"][:500]})

    await holding.write(end)


def _asked_to_stop(holding: Holding) -> bool:
    holding.task.look_again()
    return holding.task.stop_asked_at is not None


def _move(
    holding: Holding,
    name: str,
    told: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    if MOVES[name].target in OVER:
        _close_open_steps(holding)
    holding.task.move(name, told, fence=holding.attempt.fence, changes=changes)
    holding.attempt.end(name)
    if holding.task.is_over:
        rewinding.begin_rerun(holding.task)


def _close_open_steps(holding: Holding) -> None:
    for call_id, step in holding.opened.items():
        told = {"call_id": call_id, "text": "Stopped before it ended."}
        holding.append(holding.session, "step_failed", told, step=step.seq)
    holding.opened.clear()


def _sums(holding: Holding, session: Session) -> dict[str, Any]:
    task = Task.objects.get(pk=holding.task.pk)
    return {"seconds": round(task.duration_seconds, 1), "steps": session.steps}
