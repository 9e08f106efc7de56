from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from django.urls import reverse

from sessions_app.models import ArtifactKind, ArtifactVersion, Session, User
from tests.conftest import SessionMaker
from tests.saved import save


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    return make_session()


def download(version: ArtifactVersion) -> str:
    return reverse("artifact_download", args=[version.artifact.session_id, version.artifact_id])


@async_to_sync
async def downloaded(user: User, path: str) -> tuple[Any, bytes]:
    client = AsyncClient()
    await client.aforce_login(user)
    response: Any = await client.get(path)
    return response, b"".join([piece async for piece in response])


def test_a_lone_file_is_downloaded_as_it_is(alice: User, session: Session) -> None:
    made = save(session, "Größe.html", {"Größe.html": b"<h1>Hi</h1>"}, kind=ArtifactKind.SITE)
    response, body = downloaded(alice, download(made))
    assert body == b"<h1>Hi</h1>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.html"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_folder_is_downloaded_as_an_archive(alice: User, session: Session) -> None:
    files = {"index.html": b"<h1>Hi</h1>", "assets/app.js": b"x()"}
    made = save(session, "dist", files, kind=ArtifactKind.SITE, title="Pricing preview")
    response, body = downloaded(alice, download(made))
    assert response["Content-Disposition"] == 'attachment; filename="Pricing preview.zip"'
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_the_version_that_is_shown_is_the_one_that_is_downloaded(alice: User, session: Session) -> None:
    save(session, "notes.md", {"notes.md": b"# First"}, kind=ArtifactKind.MARKDOWN)
    path = download(save(session, "notes.md", {"notes.md": b"# Second"}, kind=ArtifactKind.MARKDOWN))
    assert downloaded(alice, f"{path}?v=1")[1] == b"# First"
    assert downloaded(alice, path)[1] == b"# Second"


def test_a_stranger_finds_nothing(
    as_vera: Client, as_mallory: Client, client: Client, session: Session
) -> None:
    made = save(session, "notes.md", {"notes.md": b"# Notes"}, kind=ArtifactKind.MARKDOWN)
    assert as_vera.head(download(made)).status_code == 200
    assert as_mallory.get(download(made)).status_code == 404
    assert client.get(download(made)).status_code == 302
