"""A message that the agent has not read yet: changed, or taken back."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from sessions_app import dispatch
from sessions_app.models import Message, MessageRefused, Session
from sessions_app.models.conversation import TextRefused

from .lookups import directed_session_for, person
from .session_answers import pieces_after, refused
from .session_page import Written
from .step_dialog import step_form


@require_http_methods(["GET", "POST"])
@login_required
def message(request: HttpRequest, pk: int, message_pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    found = _message(session, message_pk)
    if request.method == "GET":
        return _form(request, found, found.text)
    text = request.POST.get("text", "")
    try:
        dispatch.edit(found, text, by=person(request))
    except TextRefused as refusal:
        return _form(request, found, text, str(refusal))
    except MessageRefused as refusal:
        return _form(request, found, text, f"{refusal} Your words are still here.", late=True)
    return pieces_after(request, session)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int, message_pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    try:
        dispatch.withdraw(_message(session, message_pk), by=person(request))
    except MessageRefused as refusal:
        return refused(request, session, Written(), str(refusal))
    return pieces_after(request, session)


def _message(session: Session, pk: int) -> Message:
    found = Message.objects.select_related("session__agent", "task", "by")
    return get_object_or_404(found, pk=pk, session=session)


def _form(
    request: HttpRequest, message: Message, text: str, refusal: str = "", *, late: bool = False
) -> HttpResponse:
    """`late`: it cannot be changed any more, but what was written can be sent as a message of its own."""
    told = {"message": message, "text": text, "late": late, "key": uuid.uuid4()}
    return step_form(request, message.session, "session/_message_form.html", told, refusal=refusal)
