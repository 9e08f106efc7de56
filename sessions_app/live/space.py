"""What the dashboard and the frame show of a space, drawn anew where it has changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q

from sessions_app import fragments
from sessions_app.fragments import Audience
from sessions_app.models import LIVE, Session
from sessions_app.models.overview import Row, agents_of, rows_of, waiting_in

ENDED_LOOKED_AT = 50  # the newest sessions are looked at even when they have ended


@dataclass(frozen=True)
class Mark:
    """What a session's row is drawn from. `group` is where it stands: another question is another card."""

    group: tuple[str, int]
    shown: tuple[object, ...]


@dataclass
class Overview:
    """One look at a space."""

    marks: dict[int, Mark]
    waiting: int
    moved: list[int]  # sessions that stand in another group than at the last look, and new ones
    pieces: dict[Audience, dict[str, str]] = field(default_factory=dict)


def overview(
    space_id: int,
    known: dict[int, Mark] | None,
    *,
    audiences: Collection[Audience],
    newcomers: Collection[Audience],
) -> Overview:
    """Draw the rows that are not as known, and all of them for newcomers."""
    rows = rows_of(_looked_at(space_id))
    marks = {row.session.pk: _mark(row) for row in rows}
    known = marks if known is None else known
    moved = [pk for pk, mark in marks.items() if pk not in known or known[pk].group != mark.group]
    changed = [row for row in rows if known.get(row.session.pk) != marks[row.session.pk]]
    found = Overview(marks, waiting_in(space_id).count(), moved)
    agents = list(agents_of(space_id))
    for audience in audiences:
        drawn = rows if audience in newcomers else changed
        with audience.at_home():
            found.pieces[audience] = fragments.space_pieces(drawn, agents, found.waiting)
    return found


def _looked_at(space_id: int) -> list[Session]:
    sessions = Session.objects.filter(space=space_id).select_related("agent", "latest_task")
    newest = sessions.order_by("-pk").values_list("pk", flat=True)[:ENDED_LOOKED_AT]
    return list(sessions.filter(Q(latest_task__status__in=sorted(LIVE)) | Q(pk__in=list(newest))))


def _mark(row: Row) -> Mark:
    session, task = row.session, row.task
    group = (row.group, row.asked.pk if row.asked else 0)
    answered = row.answered.seq if row.answered else 0
    now = (task.pk, task.status, task.doing, task.stop_asked_at, task.pause_asked_at, row.place, answered)
    shown = (session.title, session.steps, session.unreviewed, now, len(row.artifacts), row.is_interrupted)
    return Mark(group, shown)
