"""Holding an agent back and letting it go on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from sessions_app import dispatch

from .lookups import directed_session_for, person
from .session_answers import pieces_after


@require_POST
@login_required
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    if session.latest_task:
        dispatch.pause(session.latest_task, by=person(request))
    return pieces_after(request, session)


@require_POST
@login_required
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    if session.latest_task:
        dispatch.resume(session.latest_task, by=person(request))
    return pieces_after(request, session)
