"""Files that a person put into the workspace of a session's computer."""

from __future__ import annotations

from collections.abc import Sequence

from . import message
from .lifecycle import LIVE
from .session import Session
from .user import User

NAMED = 10


def tell(session: Session, paths: Sequence[str], *, by: User) -> None:
    """Write it into the transcript. An agent whose task lives reads it before its next step."""
    with session.writing() as held:
        task = held.latest_task
        if task is not None and task.status in LIVE:
            text = f"I put {_named(paths)} into your computer, below /workspace."
            message.put_in_queue(held, task, text, by=by, key=message.new_key())
        else:
            told = {"action": f"put {_named(paths)} into the computer"[:200], "by_name": by.shown_name}
            held.append("person_acted", told, task=task, by=by)


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return f"{', '.join(paths[:NAMED])}{more}"
