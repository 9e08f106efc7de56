"""Files of a session's computer to keep: one as it is, a folder as a ZIP; and pictures to look at.

They come from the dashboard's own origin. So nothing but a picture is shown by the browser, and that under a
policy by which it can do nothing; the rest is saved, whatever it holds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.kinds import raster_type
from sessions_app.artifacts.zipped import zipped

from .lookups import directed_session_for
from .streaming import as_download, read_in_thread
from .workspace import ComputerError, InWorkspace, Workspace, asked_for, computer_of, pieces, workspace_of

HEAD_BYTES = 16
APART = "sandbox; default-src 'none'"


@require_GET
@login_required
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    path = asked_for(request)
    response = _sent(_opened(request, pk, path), media_type="application/octet-stream")
    return as_download(response, path.rpartition("/")[2])


@require_GET
@login_required
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A PNG, JPEG, GIF or WebP, told by its first bytes; anything else is not there."""
    opened = _opened(request, pk, asked_for(request))
    media_type = raster_type(opened.read(HEAD_BYTES))
    if not media_type:
        opened.close()
        raise Http404
    opened.seek(0)
    return _sent(opened, media_type=media_type)


@require_GET
@login_required
def folder(request: HttpRequest, pk: int) -> HttpResponseBase:
    path = asked_for(request)
    try:
        workspace = _workspace(request, pk)
        found = _files_below(workspace, path)
    except ComputerError as refused:
        messages.error(request, str(refused))
        return redirect("computer_files", pk)
    archive = read_in_thread(zipped(found, InWorkspace(workspace)))
    name = path.rpartition("/")[2] or "workspace"
    return as_download(StreamingHttpResponse(archive, content_type="application/zip"), f"{name}.zip")


def _workspace(request: HttpRequest, pk: int) -> Workspace:
    workspace = workspace_of(computer_of(directed_session_for(request, pk)))
    if workspace is None:
        raise Http404
    return workspace


def _opened(request: HttpRequest, pk: int, path: str) -> BinaryIO:
    try:
        return _workspace(request, pk).open(path)
    except ComputerError:
        raise Http404 from None


def _sent(opened: BinaryIO, *, media_type: str) -> StreamingHttpResponse:
    """The file, which is closed at the end. One that is cut meanwhile ends early; none grows."""
    size_bytes = os.fstat(opened.fileno()).st_size
    sent = read_in_thread(pieces(opened, limit_bytes=size_bytes))
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Length": str(size_bytes),
        "Content-Security-Policy": APART,
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingHttpResponse(sent, content_type=media_type, headers=headers)


def _files_below(workspace: Workspace, path: str) -> Iterator[KeptFile]:
    """As an archive names them, each under its path in the workspace. Raises ComputerError.

    What is gone by the time that its turn comes is left out.
    """
    found = workspace.below(path)

    def there() -> Iterator[KeptFile]:
        for one in found:
            kept = KeptFile(one.path, f"{path}/{one.path}" if path else one.path, one.size_bytes)
            with suppress(ComputerError):
                workspace.open(kept.sha256).close()
                yield kept

    return there()
