"""An artifact to keep: a lone file as it is, a folder as a ZIP."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from sessions_app.artifacts.kept_file import files_of
from sessions_app.artifacts.store import BlobStore
from sessions_app.artifacts.zipped import zipped

from .artifact_view import version_asked_for
from .lookups import session_for
from .streaming import as_download, blob_response, read_in_thread


@require_safe
@login_required
def artifact_download(request: HttpRequest, pk: int, artifact_pk: int) -> HttpResponseBase:
    found = get_object_or_404(session_for(request, pk).artifacts, pk=artifact_pk)
    files = files_of(version_asked_for(request, found.versions.all()))
    store = BlobStore(settings.BLOBS_DIR)
    if len(files) == 1:
        lone = blob_response(request, store, files[0].sha256, media_type="application/octet-stream")
        return as_download(lone, files[0].name)
    if not all(store.exists(file.sha256) for file in files):
        raise Http404
    pieces = read_in_thread(zipped(files, store))
    return as_download(StreamingHttpResponse(pieces, content_type="application/zip"), f"{found.name}.zip")
