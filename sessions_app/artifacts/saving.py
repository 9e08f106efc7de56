"""How a deliverable leaves the computer: first its bytes, in a thread; then its rows, with the worker's."""

from __future__ import annotations

import asyncio
import hashlib
import json
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from sessions_app.agents.ports import ArtifactRefused
from sessions_app.computers.base import Computer
from sessions_app.computers.errors import FileTooLarge, PathRefused
from sessions_app.computers.results import FoundFile
from sessions_app.models import Artifact, ArtifactKind, ArtifactVersion, Session, Task
from sessions_app.models.session import one_line

from .kept_file import KeptFile
from .kinds import HEAD_BYTES, kind_of
from .names import check_name, shown, workspace_path
from .preview.image import smaller_copy
from .sizes import size_words
from .store import BlobStore, BlobTooLarge, StoreFull

LIMIT_BYTES = 512 * 1024 * 1024
LIMIT_FILES = 2000


@dataclass(frozen=True)
class Collected:
    """What was copied out of a computer. `digest` is equal for equal files of equal names."""

    path: str  # in the workspace; what makes it the same artifact
    name: str
    kind: ArtifactKind
    files: tuple[KeptFile, ...]
    digest: str
    size_bytes: int


class Recorded(NamedTuple):
    version: ArtifactVersion
    is_new: bool


async def collect(computer: Computer, path: str, store: BlobStore) -> Collected:
    """Copy a file or a folder out of a computer. No rows are written.

    Raises ArtifactRefused with a sentence for the person and the model, and FileMissing, PathRefused and
    ComputerLost as the computer does.
    """
    place = workspace_path(path)
    try:
        found = await computer.find_files(place, limit_files=LIMIT_FILES)
    except FileTooLarge:
        raise ArtifactRefused(
            f"{shown(place)} holds more than {LIMIT_FILES:,} files. Save a smaller folder or an archive."
        ) from None
    _check(place, found)
    return await asyncio.to_thread(_copied, computer, place, found, store)


def _check(place: str, found: Sequence[FoundFile]) -> None:
    if not found:
        raise ArtifactRefused(f"{shown(place)} holds no files. Write one first.")
    for file in found:
        check_name(file.path)
    size_bytes = sum(file.size_bytes for file in found)
    if size_bytes > LIMIT_BYTES:
        raise _too_large(place, size_words(size_bytes))


def _too_large(place: str, size: str) -> ArtifactRefused:
    limit = size_words(LIMIT_BYTES)
    return ArtifactRefused(
        f"{shown(_name(place))} is {size}. The limit is {limit}. It stays on the computer."
    )


def _copied(computer: Computer, place: str, found: Sequence[FoundFile], store: BlobStore) -> Collected:
    files: list[KeptFile] = []
    left = LIMIT_BYTES
    try:
        for file in found:
            with _opened(computer, place, file.path) as stream:
                stored = store.put_stream(stream, limit_bytes=left)
            left -= stored.size_bytes
            files.append(KeptFile(file.path, stored.sha256, stored.size_bytes))
    except BlobTooLarge:  # it grew since it was looked at
        raise _too_large(place, f"over {size_words(LIMIT_BYTES)}") from None
    except StoreFull as full:
        raise ArtifactRefused(f"{full} {shown(_name(place))} stays on the computer.") from full
    return _described(place, sorted(files, key=lambda file: file.path), store)


def _opened(computer: Computer, place: str, path: str) -> BinaryIO:
    if path != posixpath.basename(place):
        return computer.open_file(posixpath.join(place, path))
    try:  # most likely a lone file, which is found under its bare name
        return computer.open_file(place)
    except PathRefused:
        return computer.open_file(posixpath.join(place, path))


def _described(place: str, files: list[KeptFile], store: BlobStore) -> Collected:
    head = store.read(files[0].sha256, limit_bytes=HEAD_BYTES) if len(files) == 1 else b""
    kind = kind_of([file.path for file in files], head)
    content = json.dumps([[file.path, file.sha256] for file in files])
    if kind == ArtifactKind.IMAGE:
        files = [_with_smaller_copy(files[0], store)]
    return Collected(
        path=place,
        name=_name(place),
        kind=kind,
        files=tuple(files),
        digest=hashlib.sha256(content.encode()).hexdigest(),
        size_bytes=sum(file.size_bytes for file in files),
    )


def _with_smaller_copy(file: KeptFile, store: BlobStore) -> KeptFile:
    with store.open(file.sha256) as stream:
        copy = smaller_copy(stream)
    return KeptFile(file.path, file.sha256, file.size_bytes, store.put(copy)) if copy else file


def _name(place: str) -> str:
    return posixpath.basename(place) if place != "." else "workspace"


def record(session: Session, task: Task, collected: Collected, title: str) -> Recorded:
    """Write the version that was collected, or find the latest one to be the same. Called within
    `session.writing()` or `task.held()`: whoever else saves to this session waits.
    """
    name = one_line(title) or one_line(collected.name)
    artifact, _ = Artifact.objects.get_or_create(
        session=session, path=collected.path, defaults={"name": name}
    )
    if one_line(title) and artifact.name != name:
        Artifact.objects.filter(pk=artifact.pk).update(name=name)
        artifact.name = name
    latest = artifact.versions.order_by("-number").first()
    if latest and latest.digest == collected.digest:
        return Recorded(latest, is_new=False)
    version = artifact.versions.create(
        task=task,
        number=latest.number + 1 if latest else 1,
        kind=collected.kind,
        digest=collected.digest,
        files=[file.as_row() for file in collected.files],
        size_bytes=collected.size_bytes,
    )
    return Recorded(version, is_new=True)
