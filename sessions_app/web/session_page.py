"""A session: its transcript with the composer below it, and a panel beside it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions_app import fragments
from sessions_app.models import Session
from sessions_app.models.overview import rows_of
from sessions_app.models.steps import window

from .lookups import membership_for, session_for


@dataclass
class Written:
    """What stands in the composer: nothing, or what came back refused."""

    text: str = ""
    chosen: list[int] = field(default_factory=list)
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    refusal: str = ""
    secret: str = field(default="", repr=False)  # never shown again, not even when it was refused
    file: File[bytes] | None = None


@require_GET
@login_required
def session(request: HttpRequest, pk: int) -> HttpResponse:
    found = session_for(request, pk)
    if found.unreviewed:
        found.mark_reviewed()
    return show(request, found, Written(chosen=numbers(request.GET.getlist("choice"))))


def show(
    request: HttpRequest,
    session: Session,
    written: Written | None = None,
    *,
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    """The page. `view` is what stands where there is room for one: the steps, or the panel with its tab."""
    before = number(request.GET.get("before", ""))
    page = page_of(session, written or Written(), before, directs=membership_for(request).directs)
    return render(request, "session/session.html", page | shown, status=status)


def page_of(session: Session, written: Written, before: int | None, *, directs: bool) -> dict[str, Any]:
    """What the page shows, as of the session's last event; or the steps before one of them."""
    row = next(iter(rows_of([session])), None)
    if row is None:
        raise Http404
    shown = window(session, before=before)
    return {
        **fragments.session_context(row, directs=directs),
        "agent": session.agent,
        "window": shown,
        "steps": fragments.steps(session, shown.steps),
        "view": "steps",
        "tab": "artifacts",
        "text": written.text,
        "chosen": written.chosen,
        "key": written.key,
        "refusal": written.refusal,
    }


def numbers(words: list[str]) -> list[int]:
    """Those of the words that are numbers; anything may stand in an address or a form."""
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 18]


def number(word: str) -> int | None:
    return next(iter(numbers([word])), None)
