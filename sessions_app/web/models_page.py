"""The models that a space knows, by the connections that bring them; and what new agents think with."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sessions_app.models import Space
from sessions_app.models.language_model import model_named

from .lookups import connection_for, managing_membership_for, membership_for
from .model_groups import groups_in


@require_GET
@login_required
def models(request: HttpRequest) -> HttpResponse:
    """A page with a connection that is being checked asks for this again each second, and takes its card."""
    space = membership_for(request).space
    groups = groups_in(space.pk)
    known = {model.name: model for group in groups for model in group.models}
    page = {"groups": groups, "space": space, "default": known.get(space.default_model)}
    return render(request, "models/models.html", page)


@require_GET
@login_required
def failing(request: HttpRequest) -> HttpResponse:
    """What the frame says of connections that do not work, for a page that stays open."""
    return render(request, "components/_failing.html")


@require_POST
@login_required
def connection_test(request: HttpRequest, slug: str) -> HttpResponse:
    managing_membership_for(request)
    found = connection_for(request, slug)
    found.ask_for_check()
    return redirect(f"{reverse('models')}#connection-{found.pk}")


@require_POST
@login_required
def models_default(request: HttpRequest) -> HttpResponse:
    """What agents of this space think with that have no model of their own."""
    space = managing_membership_for(request).space
    chosen = model_named(request.POST.get("model", ""), space.pk)
    if chosen is None or not chosen.available:
        messages.error(request, "This model cannot be used now. Choose another.")
    else:
        Space.objects.filter(pk=space.pk).update(default_model=chosen.name)
        messages.success(request, f"Agents without a model of their own think with {chosen} now.")
    return redirect("models")
