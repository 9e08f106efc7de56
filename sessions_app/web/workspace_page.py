"""A page that lies in a workspace, on the content origin: alone, since nothing beside it is given to it.

What it wants to load must be in itself. So a page shows what an agent put into it, and reads no other file.
"""

from __future__ import annotations

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from sessions_app.models import Session, User

from .content import HEADERS, notice
from .origins import PageTicket, read_page_ticket
from .workspace import ComputerError, InWorkspace, computer_of, workspace_of

POLICY = (
    "sandbox allow-scripts; default-src 'unsafe-inline' data: blob:; connect-src 'none'; "
    "form-action 'none'; base-uri 'none'; object-src 'none'; frame-src 'none'"
)


@require_safe
def page(request: HttpRequest, ticket: str) -> HttpResponseBase:
    try:
        read = read_page_ticket(ticket)
    except signing.SignatureExpired:
        return notice("expired", status=410)
    except signing.BadSignature:
        raise Http404 from None
    response = HttpResponse(_content(read), content_type="text/html; charset=utf-8")
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-ancestors {read.dashboard}"
    return response


def _content(ticket: PageTicket) -> bytes:
    """As it is now, 16 MB at most. Found through the person, who may have left since."""
    person = get_object_or_404(User, pk=ticket.user, is_active=True)
    session = get_object_or_404(Session.objects.directed_by(person), pk=ticket.session)
    workspace = workspace_of(computer_of(session))
    try:
        if workspace is not None:
            return InWorkspace(workspace).read(ticket.path)
    except ComputerError:
        pass
    raise Http404
