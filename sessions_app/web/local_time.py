"""Moments are stored in UTC and shown in the reader's own time zone, which the browser tells in a cookie."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from sessions_app.fragments import zone_named

COOKIE = "tz"


class LocalTimeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = zone_named(request.COOKIES.get(COOKIE, "")) or zone_named(settings.SERVER_TIME_ZONE)
        with timezone.override(zone or ZoneInfo("UTC")):
            return self.get_response(request)
