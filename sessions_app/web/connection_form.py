"""Adding, changing and deleting connections to model servers; admins only. A key is taken and never shown."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sessions_app.models import Connection
from sessions_app.models.connection import add
from sessions_app.models.connection_use import ConnectionInUse, remove, use_of

from .agent_page import draft_in
from .connection_fields import ConnectionForm
from .lookups import managed_connection_for, managing_membership_for, person


@sensitive_post_parameters("api_key")
@require_http_methods(["GET", "POST"])
@login_required
def connection_new(request: HttpRequest) -> HttpResponse:
    space = managing_membership_for(request).space
    form = ConnectionForm(request.POST or None, instance=Connection())
    if not form.is_valid():
        return _show(request, form)
    add(form.ready(), space, by=person(request), form_key=draft_in(request).key)
    messages.success(request, f"{form.instance} is added. It is being checked.")
    return redirect("models")


@sensitive_post_parameters("api_key")
@require_http_methods(["GET", "POST"])
@login_required
def connection_settings(request: HttpRequest, slug: str) -> HttpResponse:
    form = ConnectionForm(request.POST or None, instance=managed_connection_for(request, slug))
    if not form.is_valid():
        return _show(request, form)
    form.ready().save_changed()
    messages.success(request, form.said)
    return redirect("models")


@require_POST
@login_required
def connection_delete(request: HttpRequest, slug: str) -> HttpResponse:
    connection = managed_connection_for(request, slug)
    try:
        remove(connection, managing_membership_for(request).space)
    except ConnectionInUse:
        messages.error(request, f"{connection} is in use. Nothing was deleted.")
        return redirect("connection_settings", slug)
    messages.success(request, f"{connection} is deleted, and its key with it.")
    return redirect("models")


def _show(request: HttpRequest, form: ConnectionForm) -> HttpResponse:
    connection = form.instance if form.instance.pk else None
    page = {
        "form": form,
        "connection": connection,
        "use": use_of(connection, managing_membership_for(request).space) if connection else None,
        "key": uuid.uuid4(),
    }
    return render(request, "models/connection_form.html", page, status=422 if form.is_bound else 200)
