"""An artifact, opened in the panel beside its session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from sessions_app.artifacts.kept_file import KeptFile, files_of
from sessions_app.artifacts.preview.choice import WITH_SOURCE, Preview, preview_of, source_of
from sessions_app.artifacts.preview.site import start_of
from sessions_app.artifacts.store import BlobStore
from sessions_app.models import Artifact, ArtifactVersion, Session
from sessions_app.models.steps import WINDOW_STEPS, counted_up_to

from .lookups import person, session_for
from .origins import content_url
from .session_page import numbers, show


@require_safe
@login_required
def artifact(request: HttpRequest, pk: int, artifact_pk: int) -> HttpResponse:
    session = session_for(request, pk)
    opened = _opened(request, session, artifact_pk)
    if HtmxDetails(request):
        return render(request, "artifacts/_viewer.html", {"session": session, **opened})
    return show(request, session, view="panel", tab="artifacts", **opened)


def _opened(request: HttpRequest, session: Session, artifact_pk: int) -> dict[str, Any]:
    artifacts = list(session.artifacts.with_latest())
    found = next((one for one in artifacts if one.pk == artifact_pk), None)
    if found is None:
        raise Http404
    versions = list(found.versions.order_by("-number"))
    version = version_asked_for(request, versions)
    return {
        **_neighbours(artifacts, found),
        **_shown(request, version),
        "versions": versions,
        "version": version,
        "came_from": _came_from(session, version),
        "is_new_here": not _is_at(request, found) or HtmxDetails(request).source == "a#viewer-newer",
    }


def _neighbours(artifacts: list[Artifact], found: Artifact) -> dict[str, Any]:
    place = artifacts.index(found)
    return {
        "artifacts": artifacts,
        "artifact": found,
        "before": artifacts[place - 1] if place else None,
        "after": artifacts[place + 1] if place + 1 < len(artifacts) else None,
    }


def _shown(request: HttpRequest, version: ArtifactVersion) -> dict[str, Any]:
    """The preview, or the source of one file; `address` holds a ticket for the person who asks."""
    files = files_of(version)
    chosen = _file_asked_for(request, files)
    lone = files[0].path if len(files) == 1 else ""
    return {
        "files": files,
        "chosen": chosen,
        "has_source": _has_source(version, files),
        "preview": _preview(version, chosen),
        "address": content_url(request, version, person(request), lone),
    }


def version_asked_for(request: HttpRequest, versions: Iterable[ArtifactVersion]) -> ArtifactVersion:
    """The one that the address names, else the latest."""
    by_number = {version.number: version for version in versions}
    latest = max(by_number, default=0)
    asked = numbers([request.GET["v"]]) if "v" in request.GET else [latest]
    version = by_number.get(asked[0]) if asked else None
    if version is None:
        raise Http404
    return version


def _file_asked_for(request: HttpRequest, files: Sequence[KeptFile]) -> KeptFile | None:
    """The file whose source is to be shown; None for the preview."""
    if request.GET.get("view") != "code":
        return None
    path = request.GET.get("file", "")
    return next((file for file in files if file.path == path), start_of(files))


def _preview(version: ArtifactVersion, chosen: KeptFile | None) -> Preview:
    store = BlobStore(settings.BLOBS_DIR)
    return source_of(chosen, store) if chosen else preview_of(version, store)


def _has_source(version: ArtifactVersion, files: Sequence[KeptFile]) -> bool:
    return version.kind in WITH_SOURCE or len(files) > 1 or files[0].path.lower().endswith(".svg")


class CameFrom(NamedTuple):
    step: int
    address: str


def _came_from(session: Session, version: ArtifactVersion) -> CameFrom | None:
    """The step that saved it: its number as people count, and where it stands in the transcript."""
    if version.step is None:
        return None
    page = reverse("session", args=[session.pk])
    later = session.events.openers().filter(seq__gt=version.step).count()
    window = f"?before={version.step + 1}" if later >= WINDOW_STEPS else ""
    return CameFrom(counted_up_to(session, version.step), f"{page}{window}#step-{version.step}")


def _is_at(request: HttpRequest, shown: Artifact) -> bool:
    """Whether the page shows this artifact already: then the focus stays where it is."""
    path = reverse("artifact", args=[shown.session_id, shown.pk])
    return (HtmxDetails(request).current_url_abs_path or "").partition("?")[0] == path
