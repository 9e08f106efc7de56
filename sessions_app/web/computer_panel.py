"""The computer beside a session: its screen, and who has mouse and keyboard."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from sessions_app import dispatch
from sessions_app.models import Computer, ControlRefused

from .lookups import directed_session_for, person, session_for
from .session_page import show


@require_GET
@login_required
def computer(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_for(request, pk)
    row = Computer.objects.filter(session=session).exclude(boot="").first()
    return show(request, session, view="panel", tab="computer", computer=row)


@require_POST
@login_required
def take_control(request: HttpRequest, pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    try:
        dispatch.take_control(session, by=person(request))
    except ControlRefused as refused:
        messages.error(request, str(refused))
    return redirect("session_computer", session.pk)


@require_POST
@login_required
def hand_back(request: HttpRequest, pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    dispatch.hand_back(session, by=person(request), note=request.POST.get("note", ""))
    return redirect("session_computer", session.pk)


@require_POST
@login_required
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    dispatch.wake(session)
    return redirect("session_computer", session.pk)
