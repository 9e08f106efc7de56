from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions_app.models import Finding, Status, Task
from sessions_app.models.finding import DESKTOP, SANDBOX

from .lookups import membership_for


@require_GET
@login_required
def machine(request: HttpRequest) -> HttpResponse:
    """What the doctor found on this machine, what is wrong first, each with the line that mends it."""
    membership_for(request)
    return render(request, "pages/machine.html", {"findings": Finding.objects.order_by("ok", "pk")})


def no_computers() -> Finding | None:
    """Why agents get no computer on this machine; None when they do."""
    return Finding.objects.filter(key=SANDBOX, ok=False).first()


def no_desktops() -> Finding | None:
    """Why agents get no desktop on this machine; None when they do."""
    return Finding.objects.filter(key=DESKTOP, ok=False).first()


def waiting_line() -> dict[str, int]:
    """Where a session that starts now would stand: how many run, how many may, and its place in the queue.

    `slots` is 0 where the machine decides by its memory; then only a queue tells that it is full.
    """
    slots = settings.SESSIONS_AT_ONCE
    running = Task.objects.filter(status=Status.IN_PROGRESS).count()
    queued = Task.objects.filter(status=Status.PENDING).count()
    full = queued > 0 or 0 < slots <= running
    return {"running": running, "slots": slots, "place": queued + 1 if full else 0}
