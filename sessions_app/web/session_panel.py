"""The panel beside a session, each of its tabs at an address of its own."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from sessions_app.models import Computer, Grant
from sessions_app.models.spending import runs_of

from .lookups import session_for
from .session_page import show


@require_GET
@login_required
def artifacts(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, session_for(request, pk), view="panel", tab="artifacts")


@require_GET
@login_required
def details(request: HttpRequest, pk: int) -> HttpResponse:
    session = session_for(request, pk)
    computer = Computer.objects.filter(session=session).first()
    runs, grants = runs_of(session), Grant.objects.of_session(session).select_related("given_by")
    secrets = session.secrets.select_related("given_by")
    return show(
        request,
        session,
        view="panel",
        tab="details",
        computer=computer,
        runs=runs,
        grants=grants,
        secrets=secrets,
    )
