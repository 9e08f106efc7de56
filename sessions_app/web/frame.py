"""What stands around every page: the agents, how many sessions wait, what is wrong here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sessions_app.models import Finding
from sessions_app.models.connection_use import failing_in
from sessions_app.models.finding import SANDBOX
from sessions_app.models.overview import agents_of, waiting_in

from .lookups import current_membership

THEMES = {"system": "System", "light": "Light", "dark": "Dark"}
THEME_COOKIE = "theme"


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor. Someone who is not signed in gets the names and the theme only."""
    context: dict[str, Any] = {"site_name": settings.SITE_NAME, "theme": theme_of(request)}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return context
    membership = current_membership(request)
    space_id = membership.space_id if membership else 0
    return context | {
        "membership": membership,
        "agents": agents_of(space_id),
        "waiting_count": waiting_in(space_id).count(),
        "failing": failing_in(space_id),
        "finding": Finding.objects.filter(ok=False, key=SANDBOX).first(),
    }


def theme_of(request: HttpRequest) -> str:
    """Light or dark where the person chose one; empty leaves it to their system."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES and chosen != "system" else ""
