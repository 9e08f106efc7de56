"""What a watched session has to say: read once from the database, drawn once for each audience."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sessions_app import fragments
from sessions_app.fragments import Audience
from sessions_app.models import Event, Session, Tail
from sessions_app.models.event_kinds import size_of
from sessions_app.models.overview import Row, rows_of
from sessions_app.models.steps import ENDS_THE_TASK

PAGE_EVENTS = 200  # read, drawn and sent at once
PAGE_BYTES = 128 * 1024  # of payloads; drawn they take some four times as much


@dataclass(frozen=True)
class Batch:
    """Consecutive events, drawn. A viewer who has seen `first - 1` may have it."""

    first: int
    last: int
    html: str


@dataclass
class Look:
    """What one look at a session found that the last one had not."""

    last: int  # the number of the last event that was read
    facts: object  # what the pieces beside the transcript were drawn from
    more: bool = False  # there is more to read at once
    batches: dict[Audience, Batch] = field(default_factory=dict)
    pieces: dict[Audience, dict[str, str]] = field(default_factory=dict)
    live: dict[str, str] | None = None  # the same for everybody


def look(
    session_id: int,
    after: int | None,
    *,
    audiences: Collection[Audience],
    newcomers: Collection[Audience],
    facts: object,
    with_tails: bool,
) -> Look:
    """Draw what came after `after`; None begins at the end of what there is.

    Pieces beside the transcript are drawn when the facts are not the given ones, and for newcomers.
    """
    session = _session(session_id)
    if session is None:
        return Look(after or 0, facts)
    events = [] if after is None else _read(session, after)
    last = events[-1].seq if events else session.last_seq if after is None else after
    row = next(iter(rows_of([session])), None)
    found = Look(last, _facts(row), more=bool(events) and last < session.last_seq)
    if audiences and any(event.kind in ENDS_THE_TASK for event in events):
        session.mark_reviewed()  # somebody sees how it ends
    for audience in audiences:
        with audience.at_home():
            if events:
                found.batches[audience] = _batch(session, events)
            if row and (found.facts != facts or audience in newcomers):
                found.pieces[audience] = fragments.session_pieces(row, directs=audience.directs)
    if with_tails or events:  # what is whole by now is not also shown as under way
        tails = Tail.objects.filter(session=session).order_by("pk")
        found.live = fragments.live_pieces(session, list(tails))
    return found


def missed(session_id: int, audience: Audience, *, after: int, up_to: int) -> Iterator[Batch]:
    """What a viewer who was away lacks, a page at a time, read for them alone."""
    session = _session(session_id)
    while session and after < up_to:
        events = _read(session, after, up_to=up_to)
        if not events:
            return
        with audience.at_home():
            yield _batch(session, events)
        after = events[-1].seq


def newest_seq(session_id: int) -> int:
    return Session.objects.filter(pk=session_id).values_list("last_seq", flat=True).first() or 0


def _session(session_id: int) -> Session | None:
    return Session.objects.select_related("latest_task", "agent").filter(pk=session_id).first()


def _read(session: Session, after: int, *, up_to: int | None = None) -> list[Event]:
    """The next events, as many as make one message of a bearable size; at least one."""
    last = session.last_seq if up_to is None else up_to
    if last <= after:
        return []
    events: list[Event] = []
    size = 0
    for event in session.events.after(after).filter(seq__lte=last)[:PAGE_EVENTS]:
        size += size_of(event.payload)
        if events and size > PAGE_BYTES:
            break
        events.append(event)
    return events


def _batch(session: Session, events: list[Event]) -> Batch:
    return Batch(events[0].seq, events[-1].seq, fragments.growth(session, events))


def _facts(row: Row | None) -> object:
    """What the pieces show, apart from the clock; equal facts are drawn equal."""
    if row is None:
        return None
    session, task = row.session, row.task
    shown: Mapping[str, object] = {
        "session": (session.title, session.steps, session.agent.name),
        "thinks with": (task.model, task.effort, bool(task.rerun)),
        "task": (task.pk, task.status, task.stop_asked_at, task.pause_asked_at, task.started_at, row.place),
        "worker": (row.heard_at, row.is_interrupted),
        "questions": [question.pk for question in row.questions],
        "answered": row.answered.seq if row.answered else 0,
        "spent": row.spent,
        "control": row.control.pk if row.control else 0,
        "artifacts": [(artifact.pk, artifact.name, artifact.number) for artifact in row.artifacts],
    }
    return shown
