"""What people do to a session: write, answer, stop, rename. Each answers a page and a fragment alike."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from sessions_app import dispatch, fragments
from sessions_app.models import AnsweredAlready, AnswerRefused, MoveLost, Question, Secret, Session
from sessions_app.models.conversation import TextRefused
from sessions_app.models.language_model import model_named, model_of

from .giving import give_answer
from .lookups import directed_session_for, person
from .session_answers import pieces_after, refused
from .session_page import Written, number, numbers

REFUSALS = (TextRefused, AnswerRefused, AnsweredAlready)


@sensitive_post_parameters("secret")
@require_POST
@login_required
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """What the composer sends: an answer where it names a question, else words."""
    session = directed_session_for(request, pk)
    written = written_in(request)
    question = number(request.POST.get("question", ""))
    try:
        if question:
            _answer(request, session, question, written)
        else:
            text = written.text or ("Try again." if "again" in request.POST else "")
            chosen = _thinking_with(request, session)
            dispatch.say(session, text, by=person(request), key=written.key, **chosen)
    except REFUSALS as refusal:
        return refused(request, session, written, str(refusal))
    return pieces_after(request, session)


@sensitive_post_parameters("secret")
@require_POST
@login_required
def answer(request: HttpRequest, pk: int, question_pk: int) -> HttpResponse:
    """An answer from anywhere else; `next=dashboard` leads back there."""
    session = directed_session_for(request, pk)
    written = written_in(request)
    at_dashboard = request.POST.get("next") == "dashboard"
    try:
        _answer(request, session, question_pk, written)
    except REFUSALS as refusal:
        if at_dashboard and request.headers.get("HX-Request"):
            return HttpResponse(fragments.card_refusal(question_pk, str(refusal)), status=422)
        return refused(request, session, written, str(refusal))
    messages.success(request, _sent(session))
    return redirect("sessions") if at_dashboard else pieces_after(request, session)


@require_POST
@login_required
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """End a task whose answer only asked whether there is more to do."""
    session = directed_session_for(request, pk)
    try:
        if session.latest_task:
            dispatch.mark_done(session.latest_task, by=person(request))
    except MoveLost:
        refusal = "This was answered or stopped meanwhile. Nothing was changed."
        return refused(request, session, written_in(request), refusal)
    return pieces_after(request, session)


@require_POST
@login_required
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    if session.latest_task:
        dispatch.stop(session.latest_task, by=person(request))
    return pieces_after(request, session)


@require_POST
@login_required
def remove_secret(request: HttpRequest, pk: int, secret_pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    get_object_or_404(Secret.objects.select_related("session"), pk=secret_pk, session=session).remove(
        by=person(request)
    )
    return redirect("session_details", pk)


@require_POST
@login_required
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    try:
        session.rename(request.POST.get("title", ""), by=person(request))
    except ValueError as refusal:
        return refused(request, session, Written(), str(refusal))
    return pieces_after(request, session)


def _sent(session: Session) -> str:
    session.refresh_from_db(fields=["latest_task"])
    stopped = session.latest_task is not None and session.latest_task.is_over
    return f"{session.agent.name} has stopped." if stopped else f"Reply sent. {session.agent.name} continues."


def _answer(request: HttpRequest, session: Session, question_pk: int, written: Written) -> None:
    question = get_object_or_404(
        Question.objects.select_related("task", "session"), pk=question_pk, session=session
    )
    give_answer(question, written, by=person(request))


def written_in(request: HttpRequest) -> Written:
    """A form without a usable key gets a new one: it is then a message of its own."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    return Written(
        request.POST.get("text", ""),
        numbers(request.POST.getlist("choice")),
        key,
        secret=request.POST.get("secret", ""),
        file=request.FILES.get("file") or None,  # a field that was left empty brings no file
    )


def _thinking_with(request: HttpRequest, session: Session) -> dict[str, Any]:
    """Model and effort that were chosen for a new run, where they exist; no effort is the model's own."""
    named = model_named(request.POST.get("model", ""), session.space_id)
    model = named if named and named.available else None
    chosen = model or model_of(session.agent)
    effort = request.POST.get("effort")
    known = effort == "" or (chosen and effort and chosen.effort_level(effort))
    return {"model": model.name if model else "", "effort": effort if known else None}
