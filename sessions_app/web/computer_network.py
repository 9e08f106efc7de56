from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from sessions_app.computers.client.network import connections
from sessions_app.models import Computer

from .lookups import session_for
from .session_page import show


@require_GET
@login_required
def network(request: HttpRequest, pk: int) -> HttpResponse:
    """What the computer of a session reached, and what was refused to it."""
    session = session_for(request, pk)
    row = Computer.objects.filter(session=session).exclude(boot="").first()
    found = connections(settings.COMPUTERS_DIR, row.uuid.hex) if row else ()
    shown = [(datetime.fromtimestamp(one.at, UTC), one) for one in found]
    return show(request, session, view="panel", tab="computer", part="network", computer=row, log=shown)
