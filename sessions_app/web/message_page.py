"""A message that the agent has not read yet: changed, or taken back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from sessions_app import dispatch, fragments
from sessions_app.models import Message, MessageRefused, Session
from sessions_app.models.conversation import TextRefused

from .lookups import directed_session_for, person
from .session_answers import pieces_after, refused
from .session_page import Written


@dataclass
class Draft:
    """What is in the form. `late`: it cannot change the message any more, but can be a message of its own."""

    text: str
    refusal: str = ""
    late: bool = False


@require_http_methods(["GET", "POST"])
@login_required
def message(request: HttpRequest, pk: int, message_pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    found = _message(session, message_pk)
    if request.method == "GET":
        return _form(request, found, Draft(found.text))
    text = request.POST.get("text", "")
    try:
        dispatch.edit(found, text, by=person(request))
    except TextRefused as refusal:
        return _form(request, found, Draft(text, str(refusal)))
    except MessageRefused as refusal:
        return _form(request, found, Draft(text, f"{refusal} Your words are still here.", late=True))
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


def _form(request: HttpRequest, message: Message, draft: Draft) -> HttpResponse:
    """The form that changes it: in the dialog of the page it stands on, or as a page of its own."""
    told = {"session": message.session, "message": message, "draft": draft, "key": uuid.uuid4()}
    status = 422 if draft.refusal else 200
    if not request.headers.get("HX-Request"):
        return render(request, "session/message.html", told, status=status)
    form = render_to_string("session/_message_form.html", told | {"in_dialog": True}, request=request)
    return HttpResponse(fragments.put("#step-dialog", form, swap="innerHTML"), status=status)
