"""What the models of a space cost, month by month. Everybody in the space may see it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from sessions_app.models import Space
from sessions_app.models.cost_report import lines, report
from sessions_app.models.model_call import this_month
from sessions_app.models.spending import Spent

from .lookups import managing_membership_for, membership_for
from .streaming import as_download

HEADINGS = (
    "day agent session title model calls input_tokens cached_tokens output_tokens cost_usd unpriced_calls"
).split()
_FORMULA = re.compile(r"^[\s]*[=+\-@]")


class BudgetForm(forms.ModelForm):  # type: ignore[type-arg]  # Django forms take no arguments at run time
    class Meta:
        model = Space
        fields = ["monthly_budget_usd"]
        labels = {"monthly_budget_usd": "Budget for a month"}


@require_GET
@login_required
def costs(request: HttpRequest) -> HttpResponse:
    return show(request, BudgetForm(instance=membership_for(request).space))


@require_POST
@login_required
def costs_budget(request: HttpRequest) -> HttpResponse:
    """What the space may spend in a month; admins only."""
    form = BudgetForm(request.POST, instance=managing_membership_for(request).space)
    if not form.is_valid():
        return show(request, form)
    form.save()
    messages.success(request, "Saved.")
    return redirect("costs")


@require_GET
@login_required
def costs_export(request: HttpRequest) -> HttpResponseBase:
    """The month as a spreadsheet reads it. A cost that is not known is left empty."""
    month, sheet = month_in(request), StringIO()
    csv.writer(sheet).writerows([HEADINGS, *rows_of(membership_for(request).space_id, month)])
    return as_download(HttpResponse(sheet.getvalue(), "text/csv; charset=utf-8"), f"costs-{month:%Y-%m}.csv")


def show(request: HttpRequest, form: BudgetForm) -> HttpResponse:
    space_id, first = membership_for(request).space_id, month_in(request)
    page: dict[str, Any] = {"report": report(space_id, first)}
    if first == this():
        page |= {"form": form, **_budget(space_id)}
    return render(request, "costs/costs.html", page, status=422 if form.is_bound else 200)


def _budget(space_id: int) -> dict[str, Any]:
    """The budget of the month at hand, how much of it is spent, and that in percent."""
    month, own = this_month(space_id), Space.objects.get(pk=space_id).monthly_budget_usd
    budget = None if own is None else own + month.raised_usd
    share = min(100, round(100 * month.spent_usd / budget)) if budget else 0
    return {"month": month, "budget": budget, "share": share}


def this() -> date:
    """The first day of the month at hand, for the reader."""
    return timezone.localdate().replace(day=1)


def month_in(request: HttpRequest) -> date:
    """The first day of the month asked for; of this one where none is, or one that no calendar has."""
    found = re.fullmatch(r"(2\d{3})-(0[1-9]|1[0-2])", request.GET.get("month", ""), re.ASCII)
    return min(date(int(found[1]), int(found[2]), 1), this()) if found else this()


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
