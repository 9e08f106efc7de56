"""The files of a session's computer, as its people see them beside it."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from sessions_app.computers.client import files
from sessions_app.computers.client.files import Workspace
from sessions_app.computers.results import FoundFile
from sessions_app.models import Role, Session, Status, User
from tests.conftest import SessionMaker
from tests.web.page import soup, text, texts
from tests.web.test_artifact_download import downloaded
from tests.web.test_content_origin import fetch


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    return make_session(status=Status.COMPLETED)


def at(session: Session, more: str = "") -> str:
    return f"/s/{session.pk}/computer/files/{more}"


def test_the_tree_begins_with_the_workspace(as_bob: Client, session: Session, folder: Path) -> None:
    (folder / "src").mkdir()
    (folder / "notes.md").write_text("# Hi")
    page = as_bob.get(at(session))
    assert page.status_code == 200
    assert texts(page, ".branch .cut") == ["src", "notes.md"]
    assert text(page, "nav[aria-label=Computer] [aria-current]") == "Files"
    assert "4 bytes" in text(page, ".branch div .meta")


def test_a_folder_is_fetched_when_it_is_opened(as_bob: Client, session: Session, folder: Path) -> None:
    (folder / "src").mkdir()
    (folder / "src" / "app.py").write_text("x = 1")
    (asks,) = soup(as_bob.get(at(session))).select(".branch details [hx-get]")
    branch = as_bob.get(str(asks["hx-get"]), headers={"HX-Request": "true"})
    assert texts(branch, ".branch > li .cut") == ["app.py"]
    assert not soup(branch).select("html")
    # Without a script the link in its place leads to a page of that folder.
    whole = as_bob.get(str(asks.select("a")[0]["href"]) if not asks.get("href") else "")
    assert texts(whole, ".crumbs a") == ["workspace", "src"]


def test_hostile_names_are_shown_as_text(as_bob: Client, session: Session, folder: Path) -> None:
    for name in ("<script>alert(1)<", "turned\u202egnp.exe", "two\nlines"):
        (folder / name).write_text("inside")
    (folder / os.fsdecode(b"caf\xe9")).touch()
    page = as_bob.get(at(session))
    assert "<script>alert(1)<" in texts(page, ".branch .cut")
    assert "turned‹U+202E›gnp.exe" in texts(page, ".branch .cut")
    assert "two⏎lines" in texts(page, ".branch .cut")
    assert "its name is no text" in text(page, ".branch .t2 .meta")
    for link in soup(page).select(".branch a.cut"):
        shown = as_bob.get(str(link["href"]))
        assert text(shown, ".looked-at pre") == "inside"


def test_a_link_is_named_and_not_followed(as_bob: Client, session: Session, folder: Path) -> None:
    (folder / "passwd").symlink_to("/etc/passwd")
    page = as_bob.get(at(session))
    assert text(page, ".branch .cut") == "passwd is a link to /etc/passwd"
    assert not soup(page).select(".branch a")
    refused = as_bob.get(at(session, "file/?path=passwd"))
    assert refused.status_code == 404
    assert "leads out of the workspace" in text(refused, ".panel .empty")
    assert as_bob.get(at(session, "download/?path=passwd")).status_code == 404
    assert as_bob.get(at(session, "file/?path=../run/host.sock")).status_code == 404


def test_a_page_is_shown_as_its_source(as_bob: Client, session: Session, folder: Path) -> None:
    (folder / "index.html").write_text("<script>steal()</script>")
    page = as_bob.get(at(session, "file/?path=index.html&view=code"))
    assert text(page, ".seg [aria-current]") == "Code"
    assert soup(page).select(".looked-at pre")[0].get_text().strip() == "<script>steal()</script>"
    assert not soup(page).select(".looked-at iframe, .looked-at script")


def test_a_page_is_shown_from_the_other_origin_alone_and_apart(
    as_bob: Client, bob: User, session: Session, folder: Path
) -> None:
    (folder / "index.html").write_text("<h1>Figures</h1>")
    page = as_bob.get(at(session, "file/?path=index.html"), headers={"Host": "localhost:8000"})
    (frame,) = soup(page).select(".looked-at iframe")
    assert frame["sandbox"] == ["allow-scripts"]
    shown = fetch(str(frame["src"]))
    assert (shown.status, shown.text, shown.sets_cookies) == (200, "Figures", False)
    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'unsafe-inline' data: blob:;")
    assert policy.endswith("frame-ancestors http://localhost:8000")
    assert fetch(str(frame["src"]), host="localhost:8000").status == 404
    assert fetch(str(frame["src"]).replace("/page/", "/page/x")).status == 404

    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to("/etc/passwd")
    assert fetch(str(frame["src"])).status == 404
    (folder / "index.html").unlink()
    (folder / "index.html").write_text("<h1>New</h1>")
    assert fetch(str(frame["src"])).text == "New"
    bob.memberships.update(role=Role.VIEWER)
    assert fetch(str(frame["src"])).status == 404


def test_text_tables_and_pictures_have_the_previews_of_artifacts(
    as_bob: Client, session: Session, folder: Path
) -> None:
    (folder / "a.md").write_text("# Title")
    (folder / "a.csv").write_text("name,sum\nx,1\n")
    (folder / "a.bin").write_bytes(b"\0\1\2")
    (folder / "a.svg").write_text("<svg onload='steal()'/>")
    Image.new("RGB", (4, 3)).save(folder / "a.png")
    assert text(as_bob.get(at(session, "file/?path=a.md")), ".looked-at h2") == "Title"
    assert texts(as_bob.get(at(session, "file/?path=a.csv")), ".looked-at th") == ["name", "sum"]
    assert "No preview" in text(as_bob.get(at(session, "file/?path=a.bin")), ".looked-at")
    assert "<svg" in text(as_bob.get(at(session, "file/?path=a.svg")), ".looked-at pre")
    (picture,) = soup(as_bob.get(at(session, "file/?path=a.png"))).select(".looked-at img")
    assert str(picture["src"]) == at(session, "picture/?path=a.png")


def test_only_pictures_are_shown_by_the_browser_and_nothing_runs(
    bob: User, session: Session, folder: Path
) -> None:
    Image.new("RGB", (4, 3)).save(folder / "a.png")
    answer, _ = downloaded(bob, at(session, "picture/?path=a.png"))
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    client = Client()
    client.force_login(bob)
    for name, data in {"a.html": "<script>", "b.png": "<script>", "c.svg": "<svg/>"}.items():
        (folder / name).write_text(data)
        assert client.get(at(session, f"picture/?path={name}")).status_code == 404


def test_a_file_is_downloaded_as_it_is(bob: User, session: Session, folder: Path) -> None:
    (folder / "a.html").write_text("<script>steal()</script>")
    answer, body = downloaded(bob, at(session, "download/?path=a.html"))
    assert body == b"<script>steal()</script>"
    assert answer["Content-Disposition"] == 'attachment; filename="a.html"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        "application/octet-stream",
        "nosniff",
    )


def test_a_folder_is_downloaded_as_an_archive(bob: User, session: Session, folder: Path) -> None:
    (folder / "src" / "deep").mkdir(parents=True)
    (folder / "src" / "deep" / "a.py").write_text("x")
    (folder / "src" / "key").symlink_to("/etc/passwd")
    answer, body = downloaded(bob, at(session, "zip/?path=src"))
    assert answer["Content-Disposition"] == 'attachment; filename="src.zip"'
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.namelist() == ["deep/a.py"]


def test_a_folder_that_is_too_large_is_said_where_it_was_asked_for(
    as_bob: Client, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "big").write_bytes(bytes(100))
    monkeypatch.setattr(files, "ZIP_BYTES", 99)
    (link,) = (a for a in soup(as_bob.get(at(session))).select(".files-of a") if "ZIP" in a.text)
    assert not link.has_attr("download")  # or a browser would save the page that says why not
    answer = as_bob.get(str(link["href"]))
    assert "Take a smaller folder." in text(as_bob.get(answer["Location"]), ".toast")


def test_what_goes_while_an_archive_is_made_is_left_out(
    bob: User, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (folder / name).write_text(name)
    listed = Workspace.below

    def and_then_it_goes(workspace: Workspace, path: str) -> list[FoundFile]:
        found = listed(workspace, path)
        (folder / "b").unlink()
        return found

    monkeypatch.setattr(Workspace, "below", and_then_it_goes)
    _, body = downloaded(bob, at(session, "zip/?path="))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"a": b"a", "c": b"c"}


def test_a_computer_that_never_ran_has_no_files(as_bob: Client, session: Session) -> None:
    assert "No computer yet" in text(as_bob.get(at(session)), ".panel .empty")
    assert as_bob.get(at(session, "file/?path=a")).status_code == 404
    assert as_bob.get(at(session, "download/?path=a")).status_code == 404


def test_who_only_watches_and_strangers_see_no_files(
    as_vera: Client, as_mallory: Client, session: Session, folder: Path
) -> None:
    (folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for client in (as_vera, as_mallory):
        for address in ("", "file/?path=a.png", "download/?path=a.png", "picture/?path=a.png", "zip/"):
            assert client.get(at(session, address)).status_code == 404
        put = {"path": "", "files": SimpleUploadedFile("a.csv", b"1")}
        assert client.post(at(session, "upload/"), put).status_code == 404
    assert texts(as_vera.get(f"/s/{session.pk}/computer/"), "nav[aria-label=Computer] a") == [
        "Screen",
        "Terminal",
        "Network",
    ]
    assert [path.name for path in folder.iterdir()] == ["a.png"]
