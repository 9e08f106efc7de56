"""The models that a space knows, by the connections that bring them; and what new agents think with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sessions_app import fragments
from sessions_app.models import Connection, Space
from sessions_app.models.language_model import offered_in

from .lookups import connection_for, managing_membership_for, membership_for
from .model_groups import group_of, groups_in


@require_GET
@login_required
def models(request: HttpRequest) -> HttpResponse:
    return render(request, "models/models.html", _listing(membership_for(request).space))


@require_GET
@login_required
def connection(request: HttpRequest, slug: str) -> HttpResponse:
    """One connection as it is now: the page asks for it until it is checked."""
    return _answer(request, connection_for(request, slug))


@require_POST
@login_required
def connection_test(request: HttpRequest, slug: str) -> HttpResponse:
    managing_membership_for(request)
    found = connection_for(request, slug)
    found.ask_for_check()
    return _answer(request, found)


@require_POST
@login_required
def models_default(request: HttpRequest) -> HttpResponse:
    """What agents of this space think with that have no model of their own."""
    space = managing_membership_for(request).space
    chosen = offered_in(space.pk).filter(name=request.POST.get("model", "").replace("\x00", "")).first()
    if chosen is None or not chosen.available:
        messages.error(request, "This model cannot be used now. Choose another.")
    else:
        Space.objects.filter(pk=space.pk).update(default_model=chosen.name)
        messages.success(request, f"Agents without a model of their own think with {chosen} now.")
    return redirect("models")


def _answer(request: HttpRequest, found: Connection) -> HttpResponse:
    """Its card where a page asks for that, with the models that can be chosen now; else the page."""
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('models')}#connection-{found.pk}")
    membership = membership_for(request)
    page = {**_listing(membership.space), "group": group_of(found, found.language_models.all())}
    card = render_to_string("models/_connection.html", page, request)
    choice = render_to_string("models/_default_select.html", page, request) if membership.manages else ""
    return HttpResponse(card + (fragments.put("#default-model", choice) if choice else ""))


def _listing(space: Space) -> dict[str, Any]:
    groups = groups_in(space.pk)
    known = {model.name: model for group in groups for model in group.models}
    return {"groups": groups, "space": space, "default": known.get(space.default_model)}
