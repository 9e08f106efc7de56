"""The content origin: files of artifacts, each behind a ticket. They are hostile; headers keep them apart.

The header `sandbox` is what isolates them, in a frame and in a tab of their own alike: a port shares the
dashboard's cookies, and a page could otherwise ask for them.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from sessions_app.artifacts.kept_file import KeptFile, files_of
from sessions_app.artifacts.media_types import media_type_of
from sessions_app.artifacts.preview.image import SCALED_TYPE
from sessions_app.artifacts.preview.site import start_of
from sessions_app.artifacts.store import BlobStore
from sessions_app.models import ArtifactKind, ArtifactVersion

from .origins import Ticket, read_ticket
from .streaming import blob_response

HEADERS = {
    # Module scripts and fonts of a page without an origin are asked for across origins.
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "private, no-cache",
    "Cross-Origin-Resource-Policy": "cross-origin",
    # Browsers refuse to show a sandboxed page that asks for a stricter one.
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
SITE_POLICY = (
    "sandbox allow-scripts; default-src 'self' 'unsafe-inline' data: blob:; connect-src 'none'; "
    "form-action 'none'; base-uri 'none'; object-src 'none'"
)
FILE_POLICY = "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; media-src 'self'"
PAGE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


@require_safe
def file(request: HttpRequest, ticket: str, path: str = "") -> HttpResponseBase:
    try:
        read = read_ticket(ticket)
    except signing.SignatureExpired:
        return notice("expired", status=410)
    except signing.BadSignature:
        raise Http404 from None
    version = _version_for(read)
    found = _file_at(version, path)
    if found is None:
        return _folder_or_404(version, path)
    return _answer(request, version, found, dashboard=read.dashboard)


def _version_for(ticket: Ticket) -> ArtifactVersion:
    """Found through the person, at each request: who left the space an hour ago sees no more of it."""
    mine = {"memberships__user": ticket.user, "memberships__user__is_active": True}
    visible = ArtifactVersion.objects.filter(
        **{f"artifact__session__space__{name}": value for name, value in mine.items()}
    )
    version = visible.filter(pk=ticket.version).first()
    if version is None:
        raise Http404
    return version


def _file_at(version: ArtifactVersion, path: str) -> KeptFile | None:
    files = files_of(version)
    if not path:
        return start_of(files)
    wanted = f"{path}index.html" if path.endswith("/") else path
    return next((file for file in files if file.path == wanted), None)


def _folder_or_404(version: ArtifactVersion, path: str) -> HttpResponseBase:
    if _file_at(version, f"{path}/") is None:
        raise Http404
    # Relative: whoever follows it stays within the ticket.
    return _with_headers(HttpResponseRedirect(f"{path.rpartition('/')[2]}/"), PAGE_POLICY)


def _answer(
    request: HttpRequest, version: ArtifactVersion, found: KeptFile, *, dashboard: str
) -> HttpResponseBase:
    scaled = bool(found.preview_sha256) and "scaled" in request.GET
    response = blob_response(
        request,
        BlobStore(settings.BLOBS_DIR),
        found.preview_sha256 if scaled else found.sha256,
        media_type=SCALED_TYPE if scaled else media_type_of(found.path),
    )
    policy = SITE_POLICY if version.kind == ArtifactKind.SITE else FILE_POLICY
    return _with_headers(response, f"{policy}; frame-ancestors {dashboard}")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Says what to do about a link that begins with a slash: it leads out of the site, to nothing."""
    first, _, _ = request.path_info.removeprefix("/").partition("/")
    is_ticket = first.count(":") == 2
    hint = "" if is_ticket else request.path_info.removeprefix("/")
    return notice("not_found", status=404, path=request.path_info, hint=hint)


def notice(name: str, *, status: int, **words: str) -> HttpResponseBase:
    """A page of our own on this origin, for who comes too late or asks for what is not there."""
    html = render_to_string(f"content/{name}.html", {"site_name": settings.SITE_NAME, **words})
    return _with_headers(HttpResponse(html, status=status), PAGE_POLICY)


def _with_headers(response: HttpResponseBase, policy: str) -> HttpResponseBase:
    for name, value in {**HEADERS, "Content-Security-Policy": policy}.items():
        response.headers[name] = value
    return response
