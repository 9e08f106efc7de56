"""Going back: a session goes on from an earlier step, or a new session does, which is then a fork of it.

The transcript keeps everything. Going back changes what the agent remembers of it: everything up to that
step, and what comes after the mark that says so.
"""

from __future__ import annotations

import uuid
from typing import Any

from . import conversation
from .event import Event
from .session import Session, one_line
from .steps import counted_up_to
from .task import Task
from .user import User, name_of

AGAIN = "Try again from here."
GOES_AGAIN = "It goes again already, as soon as it has stopped. Wait for that, or stop it first."
FOR_EVER = 2**62  # later than any event
SAID_WITH_IT = ("thought", "said")  # written with the answer that made a call, just before it


class CannotGoBack(ValueError):
    """There is no such step, or the agent's memory has no joint there."""


def joint(session: Session, seq: int) -> int:
    """Where the memory is cut to go back to the step that this event opens: there every call has its result.

    For what an answer of the model said, thought or called, that is where the answer begins.
    """
    opener = session.events.openers().filter(seq=seq).first()
    if opener is None or not (opener.kind in ("instructed", *SAID_WITH_IT) or "call_id" in opener.payload):
        raise CannotGoBack("There is no going back to this step. Choose one that the agent took.")
    if opener.kind == "instructed":
        return seq
    start = seq
    if opener.kind not in SAID_WITH_IT:
        answer = session.events.filter(kind="model_responded", seq__lt=seq).order_by("seq").last()
        start = answer.seq if answer else seq
    while session.events.filter(seq=start - 1, kind__in=SAID_WITH_IT).exists():
        start -= 1
    return start


def go_again(session: Session, seq: int, text: str, *, by: User, key: uuid.UUID) -> None:
    """Go on from a step as if what came after it had not been said. What runs now is stopped first.

    Without words the same is tried again. The same key does nothing again. Raises TextRefused, and
    CannotGoBack also while it stops to go again as somebody asked before: nobody's words replace theirs.
    """
    text = conversation.checked(text or AGAIN)
    with session.writing() as held:
        task = held.latest_task
        wished = (task.rerun or {}).get("key") if task else None
        if task is None or wished == str(key) or held.tasks.filter(key=key).exists():
            return
        if wished:
            raise CannotGoBack(GOES_AGAIN)
        wish = {"to": joint(held, seq), "step": counted_up_to(held, seq), "text": text, "key": str(key)}
        task.ask_to_stop(by=by)  # what is over stays so; a worker is asked, and its end begins the rest
        Task.objects.filter(pk=task.pk).update(rerun=wish | {"by": by.pk})
        task.look_again()
        if task.is_over:
            begin_rerun(task)


def begin_rerun(task: Task) -> None:
    """Begin what was asked for once this task was over. Called in the transaction that ended it."""
    wish = task.rerun
    if not wish:
        return
    Task.objects.filter(pk=task.pk).update(rerun=None)
    by = User.objects.filter(pk=wish["by"]).first()
    back = {"to": wish["to"], "step": wish["step"], "by_name": name_of(by)}
    with task.session.writing() as session:
        conversation.begin_task(
            session,
            wish["text"],
            by=by,
            model=task.model,
            effort=task.effort,
            key=uuid.UUID(wish["key"]),
            opening=("rewound", back),
        )


def fork(session: Session, seq: int, text: str, *, by: User, key: uuid.UUID) -> Session:
    """A new session of the same agent that remembers everything before this step, and goes on otherwise.

    Without words it gets the instruction again that the step came from. The same key answers the session
    that it began the first time. Raises CannotGoBack, TextRefused.
    """
    with session.writing() as held:
        if done := Session.objects.filter(space=held.space_id, key=key).first():
            return done
        at = joint(held, seq)
        source = held.events.select_related("task").get(seq=seq).task or held.latest_task
        text = conversation.checked(text or (source.instruction if source else AGAIN))
        forked = Session.objects.create(
            space=held.space,
            agent=held.agent,
            title=one_line(f"{held.title[:110]} (fork)"),
            key=key,
            created_by=by,
            forked_from=held,
            forked_at=at,
        )
        told = {"session": held.pk, "to": seq, "step": counted_up_to(held, seq), "title": held.title}
        conversation.begin_task(
            forked,
            text,
            by=by,
            model=source.model if source else "",
            effort=source.effort if source else None,
            key=key,
            opening=("forked", told | {"by_name": by.shown_name}),
        )
    return forked


def lineage(session: Session) -> list[tuple[Session, list[range]]]:
    """What the agent remembers, oldest first: the sessions that this one was forked from, and itself, each
    with the numbers of the events that count."""
    line = [(session, remembered(session))]
    while (one := line[0][0]).forked_from is not None:
        line.insert(0, (one.forked_from, remembered(one.forked_from, one.forked_at or 0)))
    return line


def remembered(session: Session, before: int = FOR_EVER) -> list[range]:
    """The numbers of the events before this one that count, as ranges: what it went back on does not."""
    rewinds = [(event.seq, event.payload["to"]) for event in _rewinds(session)]
    found: list[range] = []
    end = before
    while went_back := next((one for one in rewinds if one[0] < end), None):
        found.append(range(went_back[0], end))
        end = went_back[1]
    return [range(end), *found[::-1]]


def _rewinds(session: Session) -> Any:
    return Event.objects.filter(session=session, kind="rewound").order_by("-seq").only("seq", "payload")
