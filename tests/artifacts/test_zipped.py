from __future__ import annotations

import io
import os
import zipfile

from sessions_app.artifacts.store import BlobStore
from sessions_app.artifacts.zipped import zipped

from .conftest import Keep


def test_a_folder_comes_out_of_its_archive_as_it_went_in(store: BlobStore, keep: Keep) -> None:
    content = {"index.html": b"<h1>Hi</h1>", "assets/ü.bin": os.urandom(700_000), "empty.txt": b""}
    files = [keep(path, data) for path, data in content.items()]
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(files, store)))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == content
