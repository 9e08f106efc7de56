"""Parts of a transcript that are fetched when somebody asks for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sessions_app import fragments
from sessions_app.artifacts.store import BlobMissing, BlobStore
from sessions_app.models import Session
from sessions_app.models.steps import Step, step_at, window

from .lookups import session_for
from .session_page import number
from .streaming import blob_response

PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
FOR_EVER = "private, max-age=31536000, immutable"  # a digest names one content


@require_GET
@login_required
def steps(request: HttpRequest, pk: int) -> HttpResponse:
    """Steps before a seq, for the top of the list. Without a script it is the page that ends there."""
    session = session_for(request, pk)
    before = number(request.GET.get("before", ""))
    before = session.last_seq + 1 if before is None else before
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('session', args=[pk])}?before={before}")
    shown = window(session, before=before)
    page = {"session": session, "window": shown, "steps": fragments.steps(session, shown.steps)}
    return render(request, "session/earlier_steps.html", page)


@require_GET
@login_required
def body(request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    session = session_for(request, pk)
    html = fragments.body(session, _step(session, seq))
    if request.headers.get("HX-Request"):
        return HttpResponse(html)
    return render(request, "session/step.html", {"session": session, "agent": session.agent, "body": html})


@require_GET
@login_required
def output(request: HttpRequest, pk: int, seq: int) -> HttpResponseBase:
    """All that is kept of what a step printed, changed or said, as plain text."""
    session = session_for(request, pk)
    text, digest = _kept_of(session, _step(session, seq))
    plain = "text/plain; charset=utf-8"
    response = (
        blob_response(request, _store(), digest, media_type=plain) if digest else HttpResponse(text, plain)
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _kept_of(session: Session, step: Step) -> tuple[str, str]:
    """The text itself, or the digest of the blob that holds all of it."""
    if step.kind == "message_sent":
        return session.messages.get(pk=step.payload["message"]).text, ""
    if step.kind == "instructed" and step.opener.task:
        return step.opener.task.instruction, ""
    if step.kind == "approval_asked":
        return session.questions.get(pk=step.payload["question"]).approval["shown"], ""
    if step.payload.get("blob"):
        return "", str(step.payload["blob"])
    payloads: list[dict[str, Any]] = [step.then.get("command_ended", {}), step.payload]
    for payload in payloads:
        for name in ("output", "diff"):
            if payload.get(f"{name}_blob"):
                return "", str(payload[f"{name}_blob"])
    texts = [payload.get(name) for payload in payloads for name in ("output", "diff", "excerpt", "text")]
    return next((str(text) for text in texts if text), ""), ""


@require_GET
@login_required
def blob(request: HttpRequest, pk: int, sha256: str) -> HttpResponseBase:
    """A screenshot that a step of this session shows. Whoever guesses another digest finds nothing."""
    session = session_for(request, pk)
    if not session.events.filter(kind="page_shown", payload__screenshot=sha256).exists():
        raise Http404
    response = blob_response(request, _store(), sha256, media_type=_picture_type(sha256))
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _picture_type(sha256: str) -> str:
    """Told by its first bytes. Raises Http404 for what is no picture, or is not kept any more."""
    try:
        head = _store().read(sha256, limit_bytes=16)
    except (BlobMissing, ValueError):
        raise Http404 from None
    for beginning, media_type in PICTURES.items():
        if head.startswith(beginning):
            return media_type
    raise Http404


def _step(session: Session, seq: int) -> Step:
    step = step_at(session, seq)
    if step is None:
        raise Http404
    return step


def _store() -> BlobStore:
    return BlobStore(settings.BLOBS_DIR)
