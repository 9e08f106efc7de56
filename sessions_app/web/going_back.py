"""Going on from an earlier step: in the session itself, or in a fork of it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from sessions_app import dispatch
from sessions_app.models import Session
from sessions_app.models.conversation import TextRefused
from sessions_app.models.rewinding import CannotGoBack
from sessions_app.models.steps import counted_up_to, step_at

from .lookups import directed_session_for, person
from .session_answers import pieces_after
from .session_verbs import written_in
from .step_dialog import step_form


@require_http_methods(["GET", "POST"])
@login_required
def again(request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    if request.method == "GET":
        return _form(request, session, seq, "session/_again_form.html")
    written = written_in(request)
    try:
        dispatch.go_again(session, seq, written.text, by=person(request), key=written.key)
    except (CannotGoBack, TextRefused) as refusal:
        return _form(request, session, seq, "session/_again_form.html", str(refusal))
    return pieces_after(request, session)


@require_http_methods(["GET", "POST"])
@login_required
def fork(request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    if request.method == "GET":
        return _form(request, session, seq, "session/_fork_form.html")
    written = written_in(request)
    try:
        forked = dispatch.fork(session, seq, written.text, by=person(request), key=written.key)
    except (CannotGoBack, TextRefused) as refusal:
        return _form(request, session, seq, "session/_fork_form.html", str(refusal))
    return redirect("session", forked.pk)


def _form(request: HttpRequest, session: Session, seq: int, template: str, refusal: str = "") -> HttpResponse:
    step = step_at(session, seq)
    if step is None or not step.can_be_gone_back_to:
        raise Http404
    written = written_in(request)
    instruction = step.opener.task.instruction if step.kind == "instructed" and step.opener.task else ""
    told = {
        "step": step,
        "number": counted_up_to(session, seq),
        "task": session.latest_task,
        "text": written.text if request.method == "POST" else instruction,
        "key": written.key,
    }
    return step_form(request, session, template, told, refusal=refusal)
