"""Allowing and refusing what agents ask to do, and taking back what was allowed for longer.

Only these views decide. Who may direct a session decides in it; what holds for an agent in all its sessions
is for admins.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from sessions_app import dispatch, fragments
from sessions_app.models import AnsweredAlready, AnswerRefused, Grant, Question, Session
from sessions_app.models.approval import Decision

from .lookups import directed_session_for, managed_agent_for, managed_session_for, person
from .session_answers import pieces_after
from .session_page import number, show


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers where it was decided: at the session, or with `next=dashboard` there."""
    session = directed_session_for(request, pk)
    at_dashboard = request.POST.get("next") == "dashboard"
    try:
        done = _decide(request, session)
    except (AnswerRefused, AnsweredAlready) as refusal:
        if not at_dashboard:
            return _refused(request, session, str(refusal))
        messages.error(request, str(refusal))
        return redirect("sessions")
    if at_dashboard:
        messages.success(request, f"{done}. {session.agent.name} continues.")
    return redirect("sessions") if at_dashboard else pieces_after(request, session)


def _decide(request: HttpRequest, session: Session) -> str:
    """What was done, in a word."""
    question = get_object_or_404(
        Question.objects.select_related("task", "session__agent"),
        pk=number(request.POST.get("question", "")) or 0,
        session=session,
    )
    given = request.POST.get("decision", "")
    if given not in Decision.values:
        raise AnswerRefused("Choose whether to allow it or to refuse it.")
    decision = Decision(given)
    if decision == Decision.AGENT:
        managed_session_for(request, session.pk)
    dispatch.decide(question, decision, by=person(request), reason=request.POST.get("reason", ""))
    return "Refused" if decision == Decision.REFUSE else "Allowed"


def _refused(request: HttpRequest, session: Session, refusal: str) -> HttpResponse:
    """Why it was not taken; the reason that was written stays."""
    if request.headers.get("HX-Request"):
        return HttpResponse(fragments.approval_refusal(refusal), status=422)
    reason, session = request.POST.get("reason", ""), directed_session_for(request, session.pk)
    return show(request, session, status=422, approval_refusal=refusal, reason=reason)


@require_POST
@login_required
def take_back_in_session(request: HttpRequest, pk: int, grant_pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    _take_back(request, get_object_or_404(Grant.objects.filter(session=session), pk=grant_pk))
    return redirect("session_details", pk)


@require_POST
@login_required
def take_back_of_agent(request: HttpRequest, slug: str, grant_pk: int) -> HttpResponse:
    agent = managed_agent_for(request, slug)
    _take_back(request, get_object_or_404(Grant.objects.filter(agent=agent), pk=grant_pk))
    return redirect("agent_settings", slug)


def _take_back(request: HttpRequest, grant: Grant) -> None:
    grant.take_back(by=person(request))
    messages.success(request, "Taken back. It is asked about again from the next step on.")
