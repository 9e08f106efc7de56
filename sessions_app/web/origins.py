"""Two origins, one program: what agents made is served from another host name or port than the dashboard.

A page of an agent's site carries no cookie and knows no secret but the address it was opened by: a signed
ticket, good for one hour, that says which version it shows to whom.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import get_resolver
from django.utils.deprecation import MiddlewareMixin

from sessions_app.models import ArtifactVersion, Session, User

TICKET_SECONDS = 60 * 60
_signer = signing.TimestampSigner(salt="content")
_page_signer = signing.TimestampSigner(salt="a page in a workspace")


class ContentOriginMiddleware(MiddlewareMixin):
    """Answers what is asked of the content origin, before anything reads a cookie or serves the dashboard."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        if not is_for_content(request):
            return None
        request.urlconf = settings.CONTENT_URLCONF
        resolver = get_resolver(settings.CONTENT_URLCONF)
        try:
            view, args, kwargs = resolver.resolve(request.path_info)
            answer: HttpResponseBase = view(request, *args, **kwargs)
        except Http404:
            answer = resolver.resolve_error_handler(404)(request)
        return answer


def is_for_content(request: HttpRequest) -> bool:
    """Raises DisallowedHost. The ports are read anew: `serve` may have moved them."""
    if settings.CONTENT_ORIGIN:
        host = request.headers.get("Host", "")
        return host.lower() == urlsplit(str(settings.CONTENT_ORIGIN).lower()).netloc
    # No urlsplit: it raises ValueError for a port that there cannot be.
    return request.get_host().rpartition(":")[2] == str(settings.CONTENT_PORT)


def content_origin(request: HttpRequest) -> str:
    """Where agents' pages are shown from, seen from this request: `http://127.0.0.1:8001`."""
    if settings.CONTENT_ORIGIN:
        return str(settings.CONTENT_ORIGIN)
    name = urlsplit(f"//{request.get_host()}").hostname or "localhost"
    host = f"[{name}]" if ":" in name else name
    return f"{request.scheme}://{host}:{settings.CONTENT_PORT}"


class Ticket(NamedTuple):
    """`dashboard` is the origin of the page that shows it: the only one that may frame it."""

    version: int
    user: int
    dashboard: str


def content_url(request: HttpRequest, version: ArtifactVersion, user: User, path: str = "") -> str:
    """The address of one file of a version on the content origin, for this person and one hour."""
    ticket = Ticket(version.pk, user.pk, f"{request.scheme}://{request.get_host()}")
    return f"{content_origin(request)}/{_signer.sign_object(ticket)}/{quote(path)}"


def read_ticket(text: str) -> Ticket:
    """Raises signing.SignatureExpired, and signing.BadSignature for anything we did not sign."""
    return Ticket(*_signer.unsign_object(text, max_age=TICKET_SECONDS))


class PageTicket(NamedTuple):
    """A lone page that lies in the workspace of a session's computer."""

    session: int
    path: str
    user: int
    dashboard: str


def page_url(request: HttpRequest, session: Session, path: str, user: User) -> str:
    """The address of that page on the content origin, for this person and one hour."""
    ticket = PageTicket(session.pk, path, user.pk, f"{request.scheme}://{request.get_host()}")
    return f"{content_origin(request)}/page/{_page_signer.sign_object(ticket, compress=True)}/"


def read_page_ticket(text: str) -> PageTicket:
    """Raises what `read_ticket` raises."""
    return PageTicket(*_page_signer.unsign_object(text, max_age=TICKET_SECONDS))
