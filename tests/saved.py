"""Artifacts as a worker leaves them, once their files are copied out of the computer."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.kinds import kind_of
from sessions_app.artifacts.saving import Collected, record
from sessions_app.artifacts.store import BlobStore
from sessions_app.models import Agent, ArtifactKind, ArtifactVersion, Session, User
from sessions_app.models.conversation import open_session

ONE_OF_EACH = {
    "notes.md": "# Second\n\n| Plan | Price |\n|---|--:|\n| House | 23.80 |\n\n```python\nx = 1\n```\n",
    "page.html": "<!doctype html><html lang=en><title>Page</title><main><h1>Page</h1></main></html>",
    "logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><circle r="30"/></svg>',
    "orders.csv": "name,city,total\n" + "Ann,Rotterdam,1.50\n" * 300 + "Ben\n",
    "data.json": '{"plans": [{"name": "House", "price": 23.8, "tags": ["a", null]}], "ok": true}',
    "loop.py": 'def loop(rows: list[int]) -> int:\n    """Add."""\n    return sum(rows)  # all\n' * 50,
    "server.log": "a line that goes on for longer than the panel is wide, so that it scrolls\n" * 3000,
}


def save(
    session: Session, path: str, files: dict[str, bytes], *, kind: ArtifactKind, title: str = ""
) -> ArtifactVersion:
    store = BlobStore(settings.BLOBS_DIR)
    kept = tuple(KeptFile(name, store.put(data), len(data)) for name, data in sorted(files.items()))
    digest = hashlib.sha256(repr(kept).encode()).hexdigest()
    size_bytes = sum(file.size_bytes for file in kept)
    collected = Collected(path, path.rpartition("/")[2], kind, kept, digest, size_bytes)
    assert session.latest_task
    with session.writing() as held:
        return record(held, session.latest_task, collected, title).version


def save_site(folder: str) -> str:
    """The address of a folder's files as the artifact of a session of its own."""
    owner = User.objects.earliest("pk")
    session = open_session(Agent.objects.earliest("pk"), "Build a page.", by=owner)
    assert session.latest_task
    session.latest_task.ask_to_stop(by=owner)
    found = (path for path in Path(folder).rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
    version = save(session, "dist", files, kind=ArtifactKind.SITE)
    return f"/s/{session.pk}/artifacts/{version.artifact_id}/"


def save_one_of_each() -> str:
    """The address of a session with an artifact of every kind, the first in two versions."""
    owner = User.objects.earliest("pk")
    session = open_session(Agent.objects.earliest("pk"), "Make one of each.", by=owner)
    assert session.latest_task
    session.latest_task.ask_to_stop(by=owner)
    save(session, "notes.md", {"notes.md": b"# First"}, kind=ArtifactKind.MARKDOWN)
    for path, text in ONE_OF_EACH.items():
        save(session, path, {path: text.encode()}, kind=kind_of([path], text.encode()))
    save(session, "model.bin", {"model.bin": bytes(5000)}, kind=ArtifactKind.OTHER)
    save(session, "out", {"a/one.txt": b"1", "b/two.txt": b"2"}, kind=ArtifactKind.OTHER)
    return f"/s/{session.pk}/artifacts/"
