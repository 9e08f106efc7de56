from __future__ import annotations

import hashlib
import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sessions_app.artifacts.store import UNFINISHED, BlobMissing, BlobStore, BlobTooLarge

ROOT = Path(__file__).resolve().parents[2]
KEEP_STDIN = """
import sys
from pathlib import Path
from sessions_app.artifacts.store import BlobStore, StoreFull
try:
    print(BlobStore(Path(sys.argv[1])).put_stream(sys.stdin.buffer, limit_bytes=10**9).sha256)
except StoreFull as full:
    print(f"full: {full}")
print(sorted(path.name for path in Path(sys.argv[1]).rglob("*") if path.is_file()))
"""


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_bytes_come_back_under_their_digest(store: BlobStore) -> None:
    digest = store.put(b"hello")
    assert digest == hashlib.sha256(b"hello").hexdigest()
    assert store.read(digest) == b"hello"
    assert store.read(digest, limit_bytes=2) == b"he"
    assert store.size_bytes(digest) == 5
    assert store.exists(digest)


def test_only_the_server_may_read_them(store: BlobStore) -> None:
    digest = store.put(b"hello")
    path = store.root / digest[:2] / digest[2:4] / digest
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in path.parents[:3]} == {0o700}


def test_equal_content_is_kept_once(store: BlobStore) -> None:
    assert store.put(b"hello") == store.put(b"hello")
    assert len(files_in(store.root)) == 1


def test_a_stream_is_kept_up_to_its_limit_and_not_beyond(store: BlobStore) -> None:
    stored = store.put_stream(io.BytesIO(b"x" * 1_000_000), limit_bytes=1_000_000)
    assert stored.size_bytes == 1_000_000
    assert b"".join(store.pieces(stored.sha256)) == b"x" * 1_000_000
    with pytest.raises(BlobTooLarge):
        store.put_stream(io.BytesIO(b"y" * 1_000_001), limit_bytes=1_000_000)
    assert len(files_in(store.root)) == 1


def test_what_is_not_kept_is_said(store: BlobStore) -> None:
    missing = hashlib.sha256(b"never").hexdigest()
    assert not store.exists(missing)
    with pytest.raises(BlobMissing, match="not kept"):
        store.read(missing)
    with pytest.raises(BlobMissing, match="not kept"):
        store.size_bytes(missing)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n"])
def test_what_is_no_digest_is_refused(store: BlobStore, digest: str) -> None:
    for ask in (store.open, store.read, store.exists, store.size_bytes):
        with pytest.raises(ValueError, match="SHA-256"):
            ask(digest)


def test_a_process_that_is_killed_leaves_no_half_blob(store: BlobStore) -> None:
    store.root.mkdir()
    command = [sys.executable, "-c", KEEP_STDIN, str(store.root)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(b"z" * 3_000_000)
        process.stdin.flush()
        process.kill()
    left = files_in(store.root)
    assert all(path.name.startswith(UNFINISHED) for path in left)
    assert store.sweep() == 0  # it might still be at work
    assert store.sweep(older_than_seconds=-1) == len(left)
    assert files_in(store.root) == []


@pytest.mark.sandbox
def test_a_full_disk_is_said_and_leaves_nothing() -> None:
    small_disk = ["--size", str(1024 * 1024), "--tmpfs", "/small"]
    command = ["bwrap", "--dev-bind", "/", "/", *small_disk]
    command += [sys.executable, "-c", KEEP_STDIN, "/small/blobs"]
    made = subprocess.run(
        command, cwd=ROOT, input=os.urandom(3_000_000), capture_output=True, check=True, timeout=60
    )
    assert made.stdout.decode().splitlines() == [
        "full: The server's disk is full. Make room, then try again.",
        "[]",
    ]
