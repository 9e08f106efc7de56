from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sessions_app.artifacts.store import BlobStore
from sessions_app.models import ArtifactKind, ArtifactVersion, Session
from tests.conftest import SessionMaker
from tests.saved import save

HTMX = {"HX-Request": "true"}
SAID = ".viewer .banner:not([hidden])"


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    return make_session()


@pytest.fixture
def notes(session: Session) -> ArtifactVersion:
    """Two versions of a Markdown file."""
    save(session, "notes.md", {"notes.md": b"# First"}, kind=ArtifactKind.MARKDOWN)
    return save(session, "notes.md", {"notes.md": b"# Second"}, kind=ArtifactKind.MARKDOWN)


def address(version: ArtifactVersion, query: str = "") -> str:
    artifact = version.artifact
    return reverse("artifact", args=[artifact.session_id, artifact.pk]) + query


def opened(client: Client, version: ArtifactVersion, query: str = "", **headers: Any) -> BeautifulSoup:
    response = client.get(address(version, query), headers=headers or None)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    assert found, selector
    return found.get_text(" ", strip=True)


def test_an_artifact_opens_beside_its_session(as_alice: Client, notes: ArtifactVersion) -> None:
    page = opened(as_alice, notes)
    assert words(page, ".split > .viewer h2") == "notes.md"
    assert "Markdown · version 2 of 2" in words(page, ".viewer .vbar")
    assert words(page, ".viewer .prose h2") == "Second"
    assert page.select("#steps")


def test_htmx_is_given_the_panel_alone(as_alice: Client, notes: ArtifactVersion) -> None:
    page = opened(as_alice, notes, **HTMX)
    assert [tag.name for tag in page.find_all(recursive=False)] == ["aside"]
    assert words(page, ".prose h2") == "Second"
    assert page.select("#viewer-name[autofocus]")


def test_changing_what_is_shown_leaves_the_focus_where_it_is(
    as_alice: Client, notes: ArtifactVersion
) -> None:
    here = {"HX-Current-URL": f"http://testserver{address(notes, '?v=2')}"}
    assert not opened(as_alice, notes, "?v=1", **HTMX, **here).select("#viewer-name[autofocus]")


def test_an_older_version_can_be_seen(as_alice: Client, notes: ArtifactVersion) -> None:
    page = opened(as_alice, notes, "?v=1")
    assert words(page, ".viewer .prose h2") == "First"
    assert words(page, "#viewer-version option[selected]") == "Version 1"


def test_its_source_can_be_seen(as_alice: Client, notes: ArtifactVersion) -> None:
    page = opened(as_alice, notes, "?v=1&view=code")
    assert words(page, ".viewer .source") == "# First"
    assert words(page, ".viewer .seg [aria-current]") == "Code"
    back = page.select_one("#viewer-preview")
    assert back
    assert back["href"] == address(notes, "?v=1")


@pytest.mark.parametrize("query", ["?v=3", "?v=0", "?v=x", "?v=", "?v=²"])
def test_a_version_that_was_never_made_is_not_found(
    as_alice: Client, notes: ArtifactVersion, query: str
) -> None:
    assert as_alice.get(address(notes, query)).status_code == 404


def test_a_stranger_finds_nothing(
    as_alice: Client, as_mallory: Client, as_vera: Client, client: Client, notes: ArtifactVersion
) -> None:
    download = reverse("artifact_download", args=[notes.artifact.session_id, notes.artifact_id])
    for path in (address(notes), download):
        assert as_alice.head(path).status_code == 200
        assert as_vera.head(path).status_code == 200
        assert as_mallory.get(path).status_code == 404
        assert client.get(path).status_code == 302


def test_an_artifact_is_not_found_under_another_session(
    as_alice: Client, notes: ArtifactVersion, make_session: SessionMaker
) -> None:
    path = reverse("artifact", args=[make_session().pk, notes.artifact_id])
    assert as_alice.get(path).status_code == 404


def test_a_site_is_shown_in_a_frame_of_the_other_origin(as_alice: Client, session: Session) -> None:
    site = save(session, "dist", {"index.html": b"<h1>Hi</h1>"}, kind=ArtifactKind.SITE)
    response = as_alice.get(address(site), headers={"host": "localhost:8000"})
    page = BeautifulSoup(response.content, "html.parser")
    frame = page.select_one(".viewer iframe")
    assert frame
    assert frame["sandbox"] == ["allow-scripts"]
    assert str(frame["src"]).startswith(f"http://localhost:{settings.CONTENT_PORT}/")
    assert f"frame-src http://localhost:{settings.CONTENT_PORT}" in response["Content-Security-Policy"]
    assert "<h1>Hi</h1>" not in response.content.decode()


def test_links_that_lead_out_of_a_site_are_explained(as_alice: Client, session: Session) -> None:
    html = b'<link rel="stylesheet" href="/style.css">'
    site = save(session, "dist", {"index.html": html}, kind=ArtifactKind.SITE)
    assert words(opened(as_alice, site), SAID).startswith("/style.css leads out of this site")


def test_the_files_of_a_site_can_be_read(as_alice: Client, session: Session) -> None:
    files = {"index.html": b"<h1>Hi</h1>", "app.js": b"let x = 1"}
    site = save(session, "dist", files, kind=ArtifactKind.SITE)
    page = opened(as_alice, site, "?view=code&file=app.js")
    assert words(page, ".viewer .source") == "let x = 1"
    assert [link.get_text(" ", strip=True) for link in page.select(".files-list a")] == [
        "app.js 9 bytes",
        "index.html 11 bytes",
    ]


def test_an_svg_with_a_script_is_an_image_and_nothing_else(as_alice: Client, session: Session) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    picture = save(session, "logo.svg", {"logo.svg": svg}, kind=ArtifactKind.IMAGE)
    page = opened(as_alice, picture)
    image = page.select_one(".viewer .checker img")
    assert image
    assert f":{settings.CONTENT_PORT}/" in str(image["src"])
    assert not page.select(".viewer svg script, .viewer iframe, .viewer object, .viewer embed")
    origin = "/".join(str(image["src"]).split("/")[:3])
    policy = as_alice.get(address(picture))["Content-Security-Policy"]
    assert f"img-src 'self' data: {origin};" in policy


def test_a_table_says_its_size_and_names_bad_lines(as_alice: Client, session: Session) -> None:
    data = b'name,total\nAnn,1.50\n"x"y,2\nBen,22\n'
    table = save(session, "orders.csv", {"orders.csv": data}, kind=ArtifactKind.TABLE)
    page = opened(as_alice, table)
    assert words(page, SAID) == "Line 3 could not be read."
    assert words(page, ".viewer .fact") == "2 rows · 2 columns"
    assert [cell.get_text() for cell in page.select(".viewer td.n")] == ["1.50", "22"]


def test_a_file_of_any_type_can_be_looked_up_and_downloaded(as_alice: Client, session: Session) -> None:
    blob = save(session, "model.bin", {"model.bin": b"\x00\x01"}, kind=ArtifactKind.OTHER)
    page = opened(as_alice, blob)
    assert "No preview for this type" in words(page, ".viewer .empty")
    assert words(page, ".viewer dl").endswith(str(blob.files[0]["sha256"]))
    assert not page.select(".viewer a[target=_blank]")


def test_hostile_names_do_nothing(as_alice: Client, session: Session) -> None:
    name = "<img src=x onerror=alert(1)>.md"
    made = save(session, name, {name: b"hi"}, kind=ArtifactKind.MARKDOWN)
    page = opened(as_alice, made)
    assert words(page, ".viewer h2") == name
    assert not page.select(".viewer img")


def test_bytes_that_are_gone_are_said(as_alice: Client, notes: ArtifactVersion) -> None:
    lose(notes)
    page = opened(as_alice, notes)
    assert "This preview did not load" in words(page, ".viewer .empty")
    download = reverse("artifact_download", args=[notes.artifact.session_id, notes.artifact_id])
    assert as_alice.get(download).status_code == 404


def lose(version: ArtifactVersion) -> None:
    digest = str(version.files[0]["sha256"])
    (BlobStore(settings.BLOBS_DIR).root / digest[:2] / digest[2:4] / digest).unlink()


def test_the_others_of_the_session_are_one_click_away(
    as_alice: Client, session: Session, notes: ArtifactVersion
) -> None:
    data = save(session, "data.json", {"data.json": b"{}"}, kind=ArtifactKind.JSON)
    last = save(session, "app.py", {"app.py": b"x = 1"}, kind=ArtifactKind.CODE)
    page = opened(as_alice, data)
    assert [chip.get_text(strip=True) for chip in page.select(".strip .chip")] == [
        "notes.md",
        "data.json",
        "app.py",
    ]
    assert words(page, ".strip [aria-current]") == "data.json"
    links = [page.select_one(f".strip [data-key='{key}']") for key in "[]"]
    assert [link and link["href"] for link in links] == [address(notes), address(last)]


def test_it_leads_back_to_the_step_that_made_it(
    as_alice: Client, session: Session, notes: ArtifactVersion
) -> None:
    session.append("thought", {"text": "Hm.", "seconds": 1})
    saved = {"artifact": notes.artifact_id, "number": 2, "kind": "markdown", "files": 1, "size_bytes": 8}
    event = session.append("artifact_saved", saved)
    ArtifactVersion.objects.filter(pk=notes.pk).update(step=event.seq)
    link = opened(as_alice, notes).select_one(".viewer .vbar .link")
    assert link
    assert link.get_text() == f"from step {Session.objects.get(pk=session.pk).steps}"
    assert link["href"] == f"{reverse('session', args=[session.pk])}#step-{event.seq}"
    for _ in range(60):
        session.append("thought", {"text": "Hm.", "seconds": 1})
    link = opened(as_alice, notes).select_one(".viewer .vbar .link")
    assert link
    assert str(link["href"]).endswith(f"?before={event.seq + 1}#step-{event.seq}")


def test_the_list_names_what_is_there(as_alice: Client, session: Session, notes: ArtifactVersion) -> None:
    page = BeautifulSoup(as_alice.get(f"/s/{session.pk}/artifacts/").content, "html.parser")
    assert words(page, "#panel-artifacts li") == "notes.md Markdown · version 2 · 8 bytes"
    link = page.select_one("#panel-artifacts a.go")
    assert link
    assert link["href"] == link["hx-get"] == address(notes)


def test_an_empty_list_says_so(as_alice: Client, session: Session) -> None:
    page = BeautifulSoup(as_alice.get(f"/s/{session.pk}/artifacts/").content, "html.parser")
    assert "No artifacts yet" in words(page, "#panel-artifacts")


def test_an_older_version_says_that_there_is_a_later_one(as_alice: Client, notes: ArtifactVersion) -> None:
    newer = opened(as_alice, notes, "?v=1").select_one(f"#newer-{notes.artifact_id}")
    assert newer and not newer.has_attr("hidden")
    link = newer.select_one("a")
    assert link and link["href"] == address(notes)
    assert link.get_text() == "Show version 2"


def test_the_latest_version_does_not(as_alice: Client, notes: ArtifactVersion) -> None:
    newer = opened(as_alice, notes).select_one(f"#newer-{notes.artifact_id}")
    assert newer and newer.has_attr("hidden")
