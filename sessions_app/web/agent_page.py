"""The agent page: a message box that starts a session, and what the agent did of late."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from sessions_app import dispatch
from sessions_app.models import Agent, Session, Task, User
from sessions_app.models.conversation import TextRefused
from sessions_app.models.language_model import model_of
from sessions_app.models.overview import rows_of

from .lookups import agent_for, directed_agent_for, membership_for, person
from .machine import no_computers, waiting_line

RECENT = 5


@dataclass
class Draft:
    """What is in the form: fresh, or as it came back refused."""

    text: str = ""
    effort: str | None = None
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    error: str = ""


@require_http_methods(["GET", "POST"])
@login_required
def agent(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        return _start(request, directed_agent_for(request, request.POST.get("agent") or slug))
    return _show(request, agent_for(request, slug), Draft(text=request.GET.get("text", "")))


@require_GET
@login_required
def new_session(request: HttpRequest) -> HttpResponse:
    """Leads to an agent: the one asked for, else the one this person used last, else any."""
    membership = membership_for(request)
    mine = Agent.objects.filter(space=membership.space_id)
    used_last = Session.objects.filter(space=membership.space_id, created_by=person(request)).first()
    found = mine.filter(slug=request.GET.get("agent", "")).first() or (used_last and used_last.agent)
    if found or mine.exists():
        return redirect("agent", (found or mine[0]).slug)
    return redirect("agent_new") if membership.manages else redirect("sessions")


def _start(request: HttpRequest, agent: Agent) -> HttpResponse:
    draft = draft_in(request)
    model = model_of(agent)
    effort = draft.effort if model and model.effort_level(draft.effort or "") else None
    try:
        session = dispatch.begin(agent, draft.text, by=person(request), effort=effort, key=draft.key)
    except TextRefused as refusal:
        draft.error = str(refusal)
        return _show(request, agent, draft, status=422)
    return redirect("session", session.pk)


def draft_in(request: HttpRequest) -> Draft:
    """A form without a usable key gets a new one: it is then a session of its own."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    return Draft(request.POST.get("text", ""), request.POST.get("effort"), key)


def _show(request: HttpRequest, agent: Agent, draft: Draft, status: int = 200) -> HttpResponse:
    recent = Session.objects.filter(agent=agent).select_related("agent", "latest_task")
    page = {
        "agent": agent,
        "draft": draft,
        "rows": rows_of(recent[:RECENT]),
        "total": recent.count(),
        "directs": membership_for(request).directs,
        **readiness(agent, person(request), draft),
    }
    return render(request, "agents/agent.html", page, status=status)


def readiness(agent: Agent, user: User, draft: Draft) -> dict[str, Any]:
    """Whether a session could start at once, in what the page needs to say so."""
    model = model_of(agent)
    efforts = model.efforts if model else []
    return {
        "model": model,
        "efforts": efforts,
        "effort": draft.effort if draft.effort is not None else usual_effort(agent, user),
        "no_computers": no_computers(),
        "line": waiting_line(),
    }


def usual_effort(agent: Agent, user: User) -> str:
    """What this person chose for this agent the last time, else the agent's own."""
    last = Task.objects.filter(session__agent=agent, created_by=user).order_by("pk").last()
    return last.effort if last and last.model == agent.thinks_with else agent.effort
