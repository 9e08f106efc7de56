"""Environments: computers that were saved under a name."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from sessions_app.models import Environment, EnvironmentRefused, EnvironmentState
from sessions_app.models.environment import save_from

from .lookups import directed_session_for, directing_membership_for, membership_for, person


@require_GET
@login_required
def environments(request: HttpRequest) -> HttpResponse:
    membership = membership_for(request)
    shown = Environment.objects.filter(space=membership.space_id).prefetch_related("agents")
    page = {"environments": shown.select_related("session", "created_by"), "directs": membership.directs}
    return render(request, "pages/environments.html", page)


@require_POST
@login_required
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a session's computer as it is now."""
    session = directed_session_for(request, pk)
    try:
        saved = save_from(session, request.POST.get("name", ""), by=person(request))
    except EnvironmentRefused as refused:
        messages.error(request, str(refused))
        return redirect("session_computer", session.pk)
    messages.success(request, f"{saved} is being saved. It can be chosen in an agent’s settings then.")
    return redirect("environments")


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    mine = Environment.objects.filter(space=directing_membership_for(request).space_id)
    environment = get_object_or_404(mine, pk=pk)
    mine.filter(pk=pk).update(state=EnvironmentState.DELETING)
    environment.agents.update(environment=None)
    messages.success(
        request, f"{environment} is being deleted. Sessions that began with it keep their files."
    )
    return redirect("environments")
