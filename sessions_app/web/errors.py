from __future__ import annotations

import logging
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Also for what a person may not see: the page does not tell the two apart."""
    return render(request, "errors/not_found.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the frame, whose queries may be what broke. The reference stands in the log too."""
    reference = secrets.token_hex(4)
    log.error("%s broke. Reference %s.", request.path, reference)
    page = {"reference": reference, "site_name": settings.SITE_NAME, "address": request.path}
    return HttpResponse(render_to_string("errors/server_error.html", page), status=500)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django shows when a form does not carry this browser's token."""
    return render(request, "errors/form_refused.html", status=403)
