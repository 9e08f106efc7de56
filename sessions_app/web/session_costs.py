"""What a session cost, call by call."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions_app.models import ModelCall, Session
from sessions_app.models.spending import Spent, of_call, spent
from sessions_app.models.steps import COUNTED, counted_up_to

from .lookups import session_for

CALLS_A_PAGE = 100
SAID_BEFORE = ("thought", "said")  # an answer is drawn before its event, and what its calls did after it


class Line(NamedTuple):
    """A call and the steps that it led to, as a person numbers them; `step` is the seq of the first."""

    call: ModelCall
    spent: Spent
    step: int | None
    first: int
    last: int


@require_GET
@login_required
def session_costs(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_for(request, pk)
    calls = session.calls.order_by("-pk").select_related("task")
    page = Paginator(calls, CALLS_A_PAGE).get_page(request.GET.get("page"))
    total = spent(ModelCall.objects.filter(session=session))
    shown = {"session": session, "agent": session.agent, "page": page, "total": total}
    return render(request, "session/costs.html", shown | {"lines": lines_of(session, list(page))})


def lines_of(session: Session, calls: Sequence[ModelCall]) -> list[Line]:
    """The calls, which follow one another with the newest first, each with its steps."""
    seqs = sorted(call.seq for call in calls if call.seq is not None)
    if not seqs:
        return [Line(call, of_call(call), None, 0, 0) for call in calls]
    begin = seqs[0] - len(SAID_BEFORE)
    following = session.calls.filter(seq__gt=seqs[-1]).order_by("seq").first()
    openers = session.events.filter(kind__in=COUNTED, seq__gte=begin).order_by("seq")
    if following and following.seq:
        openers = openers.filter(seq__lt=following.seq)
    number = counted_up_to(session, begin - 1)
    steps: dict[int, list[tuple[int, int]]] = {}
    for seq, kind in openers.values_list("seq", "kind"):
        number += 1
        said = kind in SAID_BEFORE
        place = bisect_left(seqs, seq) if said else bisect_right(seqs, seq) - 1
        if 0 <= place < len(seqs):
            steps.setdefault(seqs[place], []).append((seq, number))
    return [_line(call, steps.get(call.seq or 0, [])) for call in calls]


def _line(call: ModelCall, steps: Sequence[tuple[int, int]]) -> Line:
    if not steps:
        return Line(call, of_call(call), None, 0, 0)
    return Line(call, of_call(call), steps[0][0], steps[0][1], steps[-1][1])
