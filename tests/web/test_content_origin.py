from __future__ import annotations

import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from asgiref.sync import async_to_sync
from bs4 import BeautifulSoup
from django.conf import settings
from django.core import signing
from django.test import AsyncClient, Client, RequestFactory
from pytest_django import Settings

from sessions_app.artifacts.store import BlobStore
from sessions_app.models import ArtifactKind, ArtifactVersion, Membership, User
from sessions_app.web.origins import content_url
from tests.conftest import SessionMaker
from tests.saved import save

DASHBOARD = "localhost:8000"
CONTENT = "localhost:8001"
SITE = {
    "index.html": b"<link rel=stylesheet href=css/site.css><script type=module src=app.js></script>",
    "css/site.css": b"h1 { color: teal }",
    "app.js": b"document.title = 'ran'",
    "docs/index.html": b"<h1>Docs</h1>",
    "logo.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    sets_cookies: bool

    @property
    def text(self) -> str:
        return BeautifulSoup(self.body, "html.parser").get_text(" ", strip=True)


class HostClient(AsyncClient):
    """Asks the host that a test names; Django's own always asks `testserver` as well."""

    def _base_scope(self, **request: Any) -> Any:
        headers = [pair for pair in request.pop("headers") if pair != (b"host", b"testserver")]
        return super()._base_scope(headers=headers, **request)  # type: ignore[misc]  # not in the stubs


@async_to_sync
async def fetch(address: str, *, host: str = "", method: str = "GET", cookie: str = "") -> Answer:
    """One request to the whole application, over ASGI, as daphne would make it."""
    parts = urlsplit(address)
    client = HostClient()
    client.cookies.load(cookie)
    response: Any = await client.generic(
        method,
        parts.path,
        headers={"host": host or parts.netloc},
        secure=parts.scheme == "https",
        QUERY_STRING=parts.query,
    )
    body = b"".join([piece async for piece in response]) if response.streaming else response.content
    return Answer(response.status_code, dict(response.headers), body, sets_cookies=bool(response.cookies))


@pytest.fixture(autouse=True)
def ports(settings: Settings) -> None:
    settings.CONTENT_ORIGIN, settings.PORT, settings.CONTENT_PORT = "", 8000, 8001


@pytest.fixture
def site(make_session: SessionMaker) -> ArtifactVersion:
    return save(make_session(), "dist", SITE, kind=ArtifactKind.SITE)


def address(version: ArtifactVersion, user: User, path: str = "", *, host: str = DASHBOARD) -> str:
    return content_url(RequestFactory(headers={"host": host}).get("/"), version, user, path)


def test_a_site_is_served_with_its_files(site: ArtifactVersion, alice: User) -> None:
    types = {
        "": "text/html; charset=utf-8",
        "css/site.css": "text/css; charset=utf-8",
        "app.js": "text/javascript; charset=utf-8",
        "docs/": "text/html; charset=utf-8",
        "logo.svg": "image/svg+xml; charset=utf-8",
    }
    for path, media_type in types.items():
        answer = fetch(address(site, alice, path))
        assert (answer.status, answer.headers["Content-Type"]) == (200, media_type), path
    answer = fetch(address(site, alice))
    assert answer.body == SITE["index.html"]
    assert answer.headers["Content-Length"] == str(len(answer.body))


def test_a_folder_without_its_slash_leads_to_its_page(site: ArtifactVersion, alice: User) -> None:
    answer = fetch(address(site, alice, "docs"))
    assert (answer.status, answer.headers["Location"]) == (302, "docs/")


def test_its_headers_keep_a_site_apart(site: ArtifactVersion, alice: User) -> None:
    headers = fetch(address(site, alice)).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["sandbox"] == "allow-scripts"
    assert policy["connect-src"] == policy["form-action"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == f"http://{DASHBOARD}"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"].startswith("private")
    assert "X-Frame-Options" not in headers


def test_what_is_no_site_runs_no_script(make_session: SessionMaker, alice: User) -> None:
    picture = save(make_session(), "logo.svg", {"logo.svg": SITE["logo.svg"]}, kind=ArtifactKind.IMAGE)
    policy = fetch(address(picture, alice, "logo.svg")).headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")


def test_a_large_picture_has_a_smaller_one_to_show(make_session: SessionMaker, alice: User) -> None:
    picture = save(make_session(), "scan.png", {"scan.png": b"large"}, kind=ArtifactKind.IMAGE)
    picture.files[0]["preview_sha256"] = BlobStore(settings.BLOBS_DIR).put(b"small")
    picture.save(update_fields=["files"])
    assert fetch(address(picture, alice, "scan.png")).body == b"large"
    scaled = fetch(address(picture, alice, "scan.png") + "?scaled")
    assert (scaled.body, scaled.headers["Content-Type"]) == (b"small", "image/webp")


def test_a_stranger_finds_nothing(site: ArtifactVersion, alice: User, mallory: User) -> None:
    assert fetch(address(site, alice)).status == 200
    assert fetch(address(site, mallory)).status == 404
    assert fetch(f"http://{CONTENT}/not-a-ticket/").status == 404
    forged = address(site, alice).replace(f"{CONTENT}/", f"{CONTENT}/x", 1)
    assert fetch(forged).status == 404


def test_a_ticket_for_one_version_opens_no_other(
    site: ArtifactVersion, make_session: SessionMaker, alice: User
) -> None:
    other = save(make_session(), "notes.txt", {"notes.txt": b"secret"}, kind=ArtifactKind.TEXT)
    assert fetch(address(other, alice, "notes.txt")).body == b"secret"
    assert fetch(address(site, alice, "notes.txt")).status == 404
    assert fetch(address(site, alice, "../notes.txt")).status == 404


def test_who_left_the_space_sees_no_more_of_it(site: ArtifactVersion, alice: User) -> None:
    link = address(site, alice)
    assert fetch(link).status == 200
    Membership.objects.filter(user=alice).delete()
    assert fetch(link).status == 404


def test_who_was_shut_out_sees_no_more_of_it(site: ArtifactVersion, alice: User) -> None:
    link = address(site, alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert fetch(link).status == 404


class AnHourAgo(signing.TimestampSigner):
    def timestamp(self) -> str:
        return signing.b62_encode(int(time.time()) - 3601)


def test_after_an_hour_it_is_to_be_opened_again(site: ArtifactVersion, alice: User) -> None:
    ticket = AnHourAgo(salt="content").sign_object((site.pk, alice.pk, f"http://{DASHBOARD}"))
    answer = fetch(f"http://{CONTENT}/{ticket}/")
    assert answer.status == 410
    assert "Open the artifact again from" in answer.text


def test_cookies_are_not_read_and_none_are_set(
    site: ArtifactVersion, alice: User, mallory: User, as_alice: Client
) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={as_alice.cookies[settings.SESSION_COOKIE_NAME].value}"
    dashboard = fetch(f"http://{DASHBOARD}/account/", cookie=cookie)
    assert (dashboard.status, dashboard.sets_cookies) == (200, True)
    assert fetch(address(site, mallory), cookie=cookie).status == 404
    content = fetch(address(site, alice), cookie=cookie)
    assert (content.status, content.sets_cookies) == (200, False)


def test_the_content_origin_has_nothing_of_the_dashboard(as_alice: Client) -> None:
    pages = ("/", "/login/", "/account/", "/sessions/")
    assert {as_alice.get(path, headers={"host": DASHBOARD}).status_code for path in pages} <= {200, 302}
    for path in (*pages, "/static/vendor/htmx/htmx.min.js"):
        assert as_alice.get(path, headers={"host": CONTENT}).status_code == 404, path


def test_the_dashboard_has_nothing_of_the_content(site: ArtifactVersion, alice: User) -> None:
    assert fetch(address(site, alice)).status == 200
    assert fetch(address(site, alice), host=DASHBOARD).status == 404


def test_a_link_from_the_root_is_answered_with_a_hint() -> None:
    answer = fetch(f"http://{CONTENT}/css/style.css")
    assert answer.status == 404
    assert "Use relative links: css/style.css" in answer.text


def test_a_missing_file_of_a_site_gets_no_such_hint(site: ArtifactVersion, alice: User) -> None:
    answer = fetch(address(site, alice, "gone.html"))
    assert answer.status == 404
    assert "relative links" not in answer.text


def test_what_a_hint_repeats_does_nothing() -> None:
    answer = fetch(f"http://{CONTENT}/%3Cscript%3Ealert(1)%3C/script%3E")
    assert not BeautifulSoup(answer.body, "html.parser").select("script")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_site_can_only_be_read(site: ArtifactVersion, alice: User) -> None:
    assert fetch(address(site, alice), method="POST").status == 405
    head = fetch(address(site, alice), method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(SITE["index.html"]))


def test_bytes_that_are_gone_are_not_found(site: ArtifactVersion, alice: User) -> None:
    store = BlobStore(settings.BLOBS_DIR)
    for blob in store.root.rglob("*"):
        if blob.is_file():
            blob.unlink()
    assert fetch(address(site, alice)).status == 404


@pytest.mark.parametrize("host", ["dispatch.example", "dispatch.example:443", "DISPATCH.example"])
def test_a_host_name_of_its_own_can_be_the_content_origin(
    site: ArtifactVersion, alice: User, settings: Settings, host: str
) -> None:
    settings.CONTENT_ORIGIN, settings.ALLOWED_HOSTS = "https://content.example", ["dispatch.example"]
    link = address(site, alice, host=host)
    assert link.startswith("https://content.example/")
    assert fetch(link).status == 200
    assert fetch(link, host=host).status == 404
    assert fetch(link, host="elsewhere.example").status == 400


def test_the_ports_are_read_at_each_request(site: ArtifactVersion, alice: User, settings: Settings) -> None:
    settings.CONTENT_PORT = 9001
    assert address(site, alice).startswith("http://localhost:9001/")
    assert fetch(address(site, alice)).status == 200
    assert fetch(address(site, alice), host=CONTENT).status == 404
    assert address(site, alice, host="[::1]:8000").startswith("http://[::1]:9001/")
