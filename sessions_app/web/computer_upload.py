"""Files that a person puts into a folder of a session's computer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from sessions_app import dispatch
from sessions_app.models.given_file import safe_name

from .lookups import directed_session_for, person
from .workspace import ComputerError, Workspace, computer_of, workspace_of


@require_POST
@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Each file under its own name, or with a number where that is taken. What is refused is said."""
    session = directed_session_for(request, pk)
    folder, workspace = request.POST.get("path", ""), workspace_of(computer_of(session))
    given = cast("Sequence[File[bytes]]", request.FILES.getlist("files"))
    put = _put(request, workspace, folder, given) if workspace else []
    if put and workspace:
        workspace.tell_of(put)
        dispatch.tell_of_files(session, put, by=person(request))
        messages.success(request, _said(put))
    elif not given:
        messages.error(request, "Choose a file first.")
    return _back_to(request, f"{reverse('computer_files', args=[pk])}?{urlencode({'path': folder})}")


def _back_to(request: HttpRequest, address: str) -> HttpResponse:
    """A script is told where to, and goes there once: what was said is for the page that is seen."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _put(request: HttpRequest, workspace: Workspace, folder: str, files: Sequence[File[bytes]]) -> list[str]:
    """The paths that they got."""
    put = []
    for file in files:
        name = safe_name(file.name or "")
        try:
            put.append(workspace.put(folder, name, cast(BinaryIO, file)))
        except ComputerError as refused:
            messages.error(request, f"{name} was not put there. {refused}")
    return put


def _said(paths: Sequence[str]) -> str:
    if len(paths) == 1:
        return f"{paths[0]} is in the computer."
    return f"{len(paths)} files are in the computer."
