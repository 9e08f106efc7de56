from __future__ import annotations

import gzip

import pytest

from sessions_app.artifacts.kinds import as_text, is_text, kind_of
from sessions_app.models import ArtifactKind

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.mark.parametrize(
    ("path", "head", "kind"),
    [
        ("notes.md", b"# Notes", "markdown"),
        ("page.html", b"<h1>Hello</h1>", "site"),
        ("chart.png", PNG, "image"),
        ("photo.JPG", b"\xff\xd8\xff\xe0", "image"),
        ("anim.gif", b"GIF89a", "image"),
        ("photo.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"),
        ("logo.svg", b"<?xml version='1.0'?><svg/>", "image"),
        ("orders.csv", b"id,total\n1,2\n", "table"),
        ("orders.tsv", b"id\ttotal\n", "table"),
        ("data.json", b"{}", "json"),
        ("app.py", b"print(1)", "code"),
        ("change.diff", b"--- a\n+++ b\n", "code"),
        ("Makefile", b"all:\n", "code"),
        ("readme.txt", b"Hello", "text"),
        ("server.log", b"started\n", "text"),
        ("LICENSE", b"MIT", "text"),
        ("empty.txt", b"", "text"),
        ("backup.gz", gzip.compress(b"hello"), "other"),
        ("report.pdf", b"%PDF-1.7\x00", "other"),
    ],
)
def test_a_lone_file_is_known_by_its_content_and_its_name(path: str, head: bytes, kind: str) -> None:
    assert kind_of([path], head) == kind


def test_the_content_has_the_last_word() -> None:
    assert kind_of(["really.txt"], PNG) == ArtifactKind.IMAGE
    assert kind_of(["not-a-picture.png"], b"hello") == ArtifactKind.TEXT
    assert kind_of(["no.csv"], b"a,b\x00") == ArtifactKind.OTHER
    assert kind_of(["no.svg"], b"hello") == ArtifactKind.CODE


def test_a_folder_is_a_site_when_it_has_a_first_page() -> None:
    assert kind_of(["app.js", "index.html"], b"") == ArtifactKind.SITE
    assert kind_of(["docs/index.html", "readme.md"], b"") == ArtifactKind.OTHER


def test_a_letter_cut_in_two_does_not_make_a_text_binary() -> None:
    assert is_text("naïve".encode()[:3])
    assert as_text("naïve".encode()[:3]) == "na"


def test_text_in_an_older_encoding_is_readable() -> None:
    assert is_text("Größe".encode("cp1252"))
    assert as_text("Größe".encode("cp1252")) == "Größe"
    assert as_text("\ufeffGröße".encode()) == "Größe"
