from __future__ import annotations

import pytest

from sessions_app.agents.ports import ArtifactRefused
from sessions_app.artifacts.saving import collect
from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.errors import FileMissing
from sessions_app.models import ArtifactKind

from .conftest import Desk

pytestmark = pytest.mark.sandbox


async def test_a_file_is_copied_out_of_the_computer(desk: Desk, store: BlobStore) -> None:
    await desk.run("mkdir -p out && printf '# Notes' > out/notes.md")
    collected = await collect(desk.computer, "/workspace/out/notes.md", store)
    assert (collected.path, collected.name, collected.kind) == ("out/notes.md", "notes.md", "markdown")
    assert [file.path for file in collected.files] == ["notes.md"]
    assert collected.size_bytes == 7
    assert store.read(collected.files[0].sha256) == b"# Notes"


async def test_a_built_site_is_copied_with_all_its_files(desk: Desk, store: BlobStore) -> None:
    await desk.run(
        "mkdir -p dist/assets && echo '<h1>Hi' > dist/index.html && echo 'x()' > dist/assets/app.js"
        " && echo secret > dist/.env"
    )
    collected = await collect(desk.computer, "dist", store)
    assert collected.kind == ArtifactKind.SITE
    assert [file.path for file in collected.files] == ["assets/app.js", "index.html"]


async def test_a_folder_that_holds_one_file_of_its_own_name_is_a_folder(desk: Desk, store: BlobStore) -> None:
    await desk.run("mkdir notes && echo inside > notes/notes")
    collected = await collect(desk.computer, "notes", store)
    assert store.read(collected.files[0].sha256) == b"inside\n"


LARGE_PNG = """
import struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = zlib.compress((b"\\0" + bytes(6000)) * 4000)
head = struct.pack(">IIBBBBB", 6000, 4000, 8, 0, 0, 0, 0)
parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
open("scan.png", "wb").write(b"\\x89PNG\\r\\n\\x1a\\n" + parts)
"""


async def test_a_large_picture_gets_a_smaller_copy_beside_it(desk: Desk, store: BlobStore) -> None:
    await desk.run(f"python3 - <<'END'\n{LARGE_PNG}\nEND")
    collected = await collect(desk.computer, "scan.png", store)
    assert collected.kind == ArtifactKind.IMAGE
    (file,) = collected.files
    assert store.read(file.sha256).startswith(b"\x89PNG")
    assert store.read(file.preview_sha256)[8:12] == b"WEBP"
    assert collected.size_bytes == file.size_bytes


async def test_what_is_too_large_stays_on_the_computer(desk: Desk, store: BlobStore) -> None:
    await desk.run("truncate -s 2150M orders.dump")
    with pytest.raises(ArtifactRefused) as refused:
        await collect(desk.computer, "orders.dump", store)
    assert str(refused.value) == "orders.dump is 2.1 GB. The limit is 512 MB. It stays on the computer."
    assert not store.root.exists()


async def test_too_many_files_are_refused(desk: Desk, store: BlobStore) -> None:
    await desk.run("mkdir many && cd many && touch $(seq 2001)")
    with pytest.raises(ArtifactRefused, match=r"more than 2,000 files\. Save a smaller folder"):
        await collect(desk.computer, "/workspace/many", store)


async def test_an_empty_folder_is_refused(desk: Desk, store: BlobStore) -> None:
    await desk.run("mkdir nothing")
    with pytest.raises(ArtifactRefused, match="holds no files"):
        await collect(desk.computer, "nothing", store)


async def test_what_is_not_there_is_said_by_the_computer(desk: Desk, store: BlobStore) -> None:
    with pytest.raises(FileMissing):
        await collect(desk.computer, "nowhere.md", store)


@pytest.mark.parametrize("path", ["../../x", "/etc/passwd"])
async def test_nothing_outside_the_workspace_can_be_saved(desk: Desk, store: BlobStore, path: str) -> None:
    with pytest.raises(ArtifactRefused, match="outside the workspace"):
        await collect(desk.computer, path, store)


async def test_a_link_out_of_the_workspace_is_not_followed(desk: Desk, store: BlobStore) -> None:
    await desk.run("mkdir site && ln -s /etc/passwd site/secrets && echo hi > site/index.html")
    collected = await collect(desk.computer, "site", store)
    assert [file.path for file in collected.files] == ["index.html"]


async def test_a_name_that_turns_the_reading_direction_is_refused(desk: Desk, store: BlobStore) -> None:
    await desk.run(r"mkdir site && touch $'site/invoice\u202efdp.exe'")
    with pytest.raises(ArtifactRefused, match="invoice\ufffdfdp"):
        await collect(desk.computer, "site", store)
