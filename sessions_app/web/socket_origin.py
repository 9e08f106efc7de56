"""Which pages may open a socket: browsers send cookies with one, and let any page ask for it."""

from __future__ import annotations

from typing import Any

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from .origins import is_for_content

_READ = {b"host": "HTTP_HOST", b"origin": "HTTP_ORIGIN", b"x-forwarded-proto": "HTTP_X_FORWARDED_PROTO"}


class SameOriginValidator:
    """Lets through what a page of the dashboard asks for, by the rule that Django has for its forms.

    A host's name is not enough: other programs on it have other ports, and cookies know no ports.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        answer = self.application if _is_asked_by_our_page(scope) else WebsocketDenier()
        return await answer(scope, receive, send)


def _is_asked_by_our_page(scope: Any) -> bool:
    request = HttpRequest()
    for name, value in scope["headers"]:
        if name in _READ:
            request.META[_READ[name]] = value.decode("latin-1")
    try:
        own = f"{request.scheme}://{request.get_host()}".lower()
        is_content = is_for_content(request)
    except DisallowedHost:
        return False
    origin = request.META.get("HTTP_ORIGIN", "").lower()
    return not is_content and (origin == own or origin in settings.CSRF_TRUSTED_ORIGINS)
