"""The computer beside a session: its screen, and who has mouse and keyboard."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from sessions_app import dispatch
from sessions_app.models import Computer, ControlRefused

from .lookups import directed_session_for, person, session_for
from .security_headers import policy_for
from .session_page import show

TERMINAL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@require_GET
@login_required
def computer(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_for(request, pk)
    row = Computer.objects.filter(session=session).exclude(boot="").first()
    return show(request, session, view="panel", tab="computer", computer=row)


@require_GET
@login_required
def terminal(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_for(request, pk)
    row = Computer.objects.filter(session=session).exclude(boot="").first()
    response = show(request, session, view="panel", tab="computer", part="terminal", computer=row)
    response.headers["Content-Security-Policy"] = policy_for(request, frames_its_own=True)
    return response


@require_GET
@login_required
@xframe_options_sameorigin
def terminal_window(request: HttpRequest, pk: int) -> HttpResponse:
    """The terminal in a page of its own: what draws it writes style sheets, which no other page may."""
    session = session_for(request, pk)
    response = render(request, "computer/terminal_window.html", {"session": session})
    response.headers["Content-Security-Policy"] = TERMINAL_POLICY
    return response


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
