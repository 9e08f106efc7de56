"""The files of a session's computer, in the panel: a tree of folders, and a look at one file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions_app.artifacts.preview.choice import Preview, file_preview_of
from sessions_app.artifacts.preview.text import SourcePreview
from sessions_app.models import Computer, Session

from .lookups import directed_session_for, look_at, person
from .origins import page_url
from .session_page import show
from .workspace import (
    ComputerError,
    Folder,
    InWorkspace,
    Workspace,
    asked_for,
    computer_of,
    file_at,
    workspace_of,
)

PAGES = (".html", ".htm")


@require_GET
@login_required
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """The tree from one folder on; `branch`: what lies in it alone, for a tree that is open already."""
    session = directed_session_for(request, pk)
    look_at(request, session.space_id)
    computer = computer_of(session)
    shown = _folder(workspace_of(computer), asked_for(request), hidden="hidden" in request.GET)
    if request.headers.get("HX-Request") and "branch" in request.GET:
        return render(request, "computer/_branch.html", {"session": session, **shown})
    return _page(request, session, computer, part="files", **shown)


@require_GET
@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    session = directed_session_for(request, pk)
    look_at(request, session.space_id)
    computer = computer_of(session)
    shown = _file(workspace_of(computer), asked_for(request), as_source=request.GET.get("view") == "code")
    if shown.get("page"):
        shown["page"] = page_url(request, session, shown["path"], person(request))
    return _page(request, session, computer, part="file", **shown)


def _page(request: HttpRequest, session: Session, computer: Computer | None, **shown: Any) -> HttpResponse:
    status = 404 if shown.get("refusal") else 200
    return show(request, session, status=status, view="panel", tab="computer", computer=computer, **shown)


class Crumb(NamedTuple):
    name: str
    path: str


def _folder(workspace: Workspace | None, path: str, *, hidden: bool) -> dict[str, Any]:
    if workspace is None:
        return {}
    try:
        folder = workspace.folder(path, hidden=hidden)
    except ComputerError as refused:
        return {"refusal": str(refused), "path": path}
    return {"folder": folder, "rows": _rows(folder), "crumbs": _crumbs(folder.path), "with_hidden": hidden}


def _rows(folder: Folder) -> list[dict[str, Any]]:
    return [{"entry": entry, "changed_at": _moment(entry.changed_at)} for entry in folder.entries]


def _moment(seconds: float) -> datetime | None:
    """None for a time that its owner made up, and no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _crumbs(path: str) -> list[Crumb]:
    """The folders on the way to it, itself the last."""
    names = path.split("/") if path else []
    return [Crumb(name, "/".join(names[: place + 1])) for place, name in enumerate(names)]


def _file(workspace: Workspace | None, path: str, *, as_source: bool) -> dict[str, Any]:
    """`page`: it is one that is shown in a frame of its own, unless its source was asked for."""
    try:
        if workspace is None:
            return {"refusal": "This computer has no files yet.", "path": path}
        with workspace.open(path) as opened:
            found = os.fstat(opened.fileno())
    except ComputerError as refused:
        return {"refusal": str(refused), "path": path}
    preview: Preview = file_preview_of(file_at(path, found.st_size), InWorkspace(workspace))
    is_page = path.lower().endswith(PAGES) and isinstance(preview, SourcePreview)
    name = path.rpartition("/")[2]
    return {
        "path": path,
        "crumbs": _crumbs(path)[:-1],
        "looked_at": {"name": name},
        "preview": preview,
        "is_page": is_page,
        "page": is_page and not as_source,
        "size_bytes": found.st_size,
        "changed_at": _moment(found.st_mtime),
    }
