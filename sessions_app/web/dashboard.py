"""The sessions of the space: who waits for a person, what is under way, what has ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from sessions_app.models import Membership, Session, Status
from sessions_app.models.overview import (
    UNDER_WAY,
    WAITING,
    Row,
    counts_by_status,
    in_order,
    mark_all_reviewed,
    rows_of,
)

from .lookups import current_membership, directing_membership_for

ROWS_A_PAGE = 50
CARDS_SHOWN = 6


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    key: str
    heading: str
    rows: list[Row]


@dataclass(frozen=True)
class Filters:
    """What the address asks for. What it does not know is left out, not refused."""

    status: str
    agent: str
    title: str

    def __bool__(self) -> bool:
        return bool(self.status or self.agent or self.title)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return redirect("sessions")


@require_GET
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    filters = filters_of(request)
    found = filtered(sessions_of(current_membership(request)), filters)
    shown = in_order(found.filter(latest_task__status=filters.status) if filters.status else found)
    page = Paginator(shown.select_related("agent", "latest_task"), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "sessions/sessions.html", listing(page, filters, counts_by_status(found)))


@require_POST
@login_required
def reviewed(request: HttpRequest) -> HttpResponse:
    mark_all_reviewed(directing_membership_for(request).space)
    return redirect("sessions")


def filters_of(request: HttpRequest) -> Filters:
    status = request.GET.get("status", "")
    return Filters(
        status=status if status in Status.values else "",
        agent=request.GET.get("agent", ""),
        title=request.GET.get("q", "").replace("\x00", "").strip()[:200],
    )


def sessions_of(membership: Membership | None) -> QuerySet[Session]:
    return Session.objects.filter(space=membership.space_id if membership else 0)


def filtered(sessions: QuerySet[Session], filters: Filters) -> QuerySet[Session]:
    if filters.agent:
        sessions = sessions.filter(agent__slug=filters.agent)
    if filters.title:
        sessions = sessions.filter(title__icontains=filters.title)
    return sessions


def listing(page: Page[Session], filters: Filters, counts: dict[str, int]) -> dict[str, Any]:
    groups = {group.key: group for group in groups_of(rows_of(page))}
    waiting = groups.pop(WAITING).rows if WAITING in groups else []
    return {
        "page": page,
        "filters": filters,
        "waiting": waiting,
        "cards": waiting[:CARDS_SHOWN],
        "more_cards": waiting[CARDS_SHOWN:],
        "groups": list(groups.values()),
        "reviewable": next((key for key in groups if key != UNDER_WAY), ""),
        "tabs": tabs(counts),
        "total": sum(counts.values()),
    }


def groups_of(rows: Sequence[Row]) -> Iterable[Group]:
    """Rows are in order already: each heading gathers those that follow one another."""
    for heading, together in groupby(rows, key=heading_of):
        yield Group(*heading, list(together))


def heading_of(row: Row) -> tuple[str, str]:
    if row.group == WAITING:
        return WAITING, "Needs input"
    if row.group == UNDER_WAY or row.task.ended_at is None:
        return UNDER_WAY, "Running and queued"
    day, today = timezone.localdate(row.task.ended_at), timezone.localdate()
    if day == today:
        return "today", "Finished today"
    if (today - day).days == 1:
        return "yesterday", "Yesterday"
    return day.isoformat(), f"{day:%-d %B}" if day.year == today.year else f"{day:%-d %B %Y}"


def tabs(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """The filters by status. Paused and expired are rare: they are offered when there are any."""
    order = [Status.WAITING_FOR_INPUT, Status.IN_PROGRESS, Status.PENDING, Status.PAUSED]
    order += [Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.EXPIRED]
    rare = {Status.PAUSED, Status.EXPIRED}
    return [(one.value, one.label, counts.get(one, 0)) for one in order if one not in rare or counts.get(one)]
