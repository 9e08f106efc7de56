"""What the models of a space cost, month by month. Everybody in the space may see it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from sessions_app.models.cost_report import lines, report
from sessions_app.models.spending import Spent

from .lookups import membership_for
from .streaming import as_download

HEADINGS = (
    "day agent session title model calls input_tokens cached_tokens output_tokens cost_usd unpriced_calls"
).split()
_FORMULA = re.compile(r"^[\s]*[=+\-@]")


@require_GET
@login_required
def costs(request: HttpRequest) -> HttpResponse:
    membership = membership_for(request)
    return render(request, "costs/costs.html", {"report": report(membership.space_id, month_in(request))})


@require_GET
@login_required
def costs_export(request: HttpRequest) -> HttpResponseBase:
    """The month as a spreadsheet reads it. A cost that is not known is left empty."""
    month, sheet = month_in(request), StringIO()
    csv.writer(sheet).writerows([HEADINGS, *rows_of(membership_for(request).space_id, month)])
    return as_download(HttpResponse(sheet.getvalue(), "text/csv; charset=utf-8"), f"costs-{month:%Y-%m}.csv")


def month_in(request: HttpRequest) -> date:
    """The first day of the month asked for; of this one where none is, or one that no calendar has."""
    found = re.fullmatch(r"(2\d{3})-(0[1-9]|1[0-2])", request.GET.get("month", ""), re.ASCII)
    this = timezone.localdate().replace(day=1)
    return min(date(int(found[1]), int(found[2]), 1), this) if found else this


def rows_of(space_id: int, month: date) -> Iterator[list[object]]:
    for (day, agent, session, title, model), spent in lines(space_id, month).items():
        names = (day.isoformat(), as_text(agent), session, as_text(title), as_text(model))
        yield [*names, spent.calls, *_tokens(spent), _money(spent), spent.unpriced]


def as_text(words: str) -> str:
    """Words that a spreadsheet would take for a formula, marked as text."""
    return f"'{words}" if _FORMULA.match(words) else words


def _tokens(spent: Spent) -> tuple[int, int, int]:
    return spent.input_tokens, spent.cache_read_tokens, spent.output_tokens


def _money(spent: Spent) -> str:
    return "" if spent.unpriced == spent.calls else f"{spent.usd:.6f}"
