from __future__ import annotations

import pytest

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.kinds import kind_of
from sessions_app.artifacts.preview.choice import preview_of, source_of
from sessions_app.artifacts.store import BlobStore
from sessions_app.models import ArtifactKind, ArtifactVersion
from tests.artifacts.conftest import Keep


def version(*files: KeptFile, kind: ArtifactKind) -> ArtifactVersion:
    return ArtifactVersion(kind=kind, files=[file.as_row() for file in files])


@pytest.mark.parametrize(
    ("path", "data", "shape"),
    [
        ("a.md", b"# Hi", "markdown"),
        ("a.html", b"<h1>Hi</h1>", "site"),
        ("a.csv", b"a,b\n1,2\n", "table"),
        ("a.json", b"{}", "json"),
        ("a.py", b"x = 1", "source"),
        ("a.txt", b"hi", "source"),
        ("a.bin", b"\x00", "other"),
        ("a.gif", b"GIF89a broken", "image"),
    ],
)
def test_each_kind_has_its_preview(store: BlobStore, keep: Keep, path: str, data: bytes, shape: str) -> None:
    assert preview_of(version(keep(path, data), kind=kind_of([path], data)), store).shape == shape


def test_a_folder_without_a_first_page_is_a_list_of_files(store: BlobStore, keep: Keep) -> None:
    files = keep("a.txt", b"a"), keep("b.txt", b"b")
    assert preview_of(version(*files, kind=ArtifactKind.OTHER), store).shape == "folder"


def test_the_source_of_any_file_can_be_read(store: BlobStore, keep: Keep) -> None:
    assert source_of(keep("a.html", b"<h1>"), store).shape == "source"
    assert source_of(keep("a.woff2", b"\x00\x01"), store).shape == "other"


def test_bytes_that_are_gone_are_said_and_do_not_break_the_page(store: BlobStore) -> None:
    gone = KeptFile("a.md", "a" * 64, 4)
    assert preview_of(version(gone, kind=ArtifactKind.MARKDOWN), store).shape == "failed"
    assert source_of(gone, store).shape == "failed"
