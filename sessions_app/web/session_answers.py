"""What the verbs of a session answer: the page anew, or those of its pieces that changed."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from sessions_app import fragments
from sessions_app.models import Session
from sessions_app.models.overview import rows_of

from .lookups import directed_session_for
from .session_page import Written, show


def pieces_after(request: HttpRequest, session: Session) -> HttpResponse:
    """Back to the session; or its pieces as they are now, and a new key for the next message."""
    if not request.headers.get("HX-Request"):
        return redirect("session", session.pk)
    session = directed_session_for(request, session.pk)
    row = rows_of([session])[0]
    pieces = fragments.session_pieces(row, directs=True)
    key = render_to_string("session/_composer_key.html", {"key": uuid.uuid4()})
    return HttpResponse(fragments.envelopes(pieces) + fragments.put("#composer-key", key, swap="outerHTML"))


def refused(request: HttpRequest, session: Session, written: Written, refusal: str) -> HttpResponse:
    """The reason, where the words were written; they stay."""
    if request.headers.get("HX-Request"):
        return HttpResponse(fragments.refusal(refusal), status=422)
    written.refusal = refusal
    return show(request, directed_session_for(request, session.pk), written, status=422)
