"""A form about one step: in the dialog of the page that the step stands on, or a page of its own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from sessions_app import fragments
from sessions_app.models import Session


def step_form(
    request: HttpRequest, session: Session, template: str, told: dict[str, Any], *, refusal: str = ""
) -> HttpResponse:
    """What was refused says why, and what was written stays in it."""
    told = told | {"session": session, "refusal": refusal, "form_template": template}
    status = 422 if refusal else 200
    if not request.headers.get("HX-Request"):
        return render(request, "session/step_form.html", told, status=status)
    form = render_to_string(template, told | {"in_dialog": True}, request=request)
    return HttpResponse(fragments.put("#step-dialog", form, swap="innerHTML"), status=status)
