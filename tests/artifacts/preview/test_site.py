from __future__ import annotations

import pytest

from sessions_app.artifacts.preview.site import site_preview
from sessions_app.artifacts.store import BlobStore
from tests.artifacts.conftest import Keep


def test_a_site_starts_at_its_first_page(store: BlobStore, keep: Keep) -> None:
    files = [keep("about.html", b""), keep("index.html", b"<h1>Hi</h1>")]
    assert site_preview(files, store).start.path == "index.html"
    assert site_preview([keep("report.html", b"")], store).start.path == "report.html"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<link rel="stylesheet" href="/style.css">', "/style.css"),
        ("<script src=/assets/app.js></script>", "/assets/app.js"),
        ('<a href="style.css"><a href="//cdn.example/x"><a href="https://a.example/b"><a href="/">', ""),
    ],
)
def test_a_link_that_leads_out_of_the_site_is_noticed(
    store: BlobStore, keep: Keep, html: str, found: str
) -> None:
    assert site_preview([keep("index.html", html.encode())], store).from_root == found
