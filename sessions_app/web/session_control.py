"""Holding an agent back, letting it go on, and changing what it thinks with."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from sessions_app import dispatch
from sessions_app.models import Fenced, MoveLost
from sessions_app.models.steering import ChoiceRefused

from .lookups import directed_session_for, person
from .session_answers import pieces_after, refused
from .session_verbs import written_in

HEARD_AGAIN = "Its worker was heard from again, or another has it by now. Nothing was changed."


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


@require_POST
@login_required
def recover(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on now with a task whose worker does not answer any more."""
    session = directed_session_for(request, pk)
    try:
        if session.latest_task:
            dispatch.recover(session.latest_task)
    except (MoveLost, Fenced):
        return refused(request, session, written_in(request), HEARD_AGAIN)
    return pieces_after(request, session)


@require_POST
@login_required
def steer(request: HttpRequest, pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    model, effort = request.POST.get("model", ""), request.POST.get("effort", "")
    try:
        if session.latest_task:
            dispatch.steer(session.latest_task, model=model, effort=effort, by=person(request))
    except ChoiceRefused as refusal:
        return refused(request, session, written_in(request), str(refusal))
    return pieces_after(request, session)
