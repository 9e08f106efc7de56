"""Which kind a deliverable is, told by its content and its name; the content has the last word."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import PurePosixPath

from pygments.lexers import find_lexer_class_for_filename
from pygments.lexers.special import TextLexer

from sessions_app.models import ArtifactKind

HEAD_BYTES = 64 * 1024
MARKDOWN = {".md", ".markdown"}
PAGES = {".html", ".htm"}
TABLES = {".csv", ".tsv"}
RASTER = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


def kind_of(paths: Sequence[str], head: bytes) -> ArtifactKind:
    """The kind of a file, or of a folder's files. `head` is the beginning of a lone file, at most 64 KiB."""
    if "index.html" in paths:
        return ArtifactKind.SITE
    if len(paths) != 1:
        return ArtifactKind.OTHER
    name = PurePosixPath(paths[0]).name
    ending = PurePosixPath(name).suffix.lower()
    if raster_type(head) or (ending == ".svg" and b"<svg" in head):
        return ArtifactKind.IMAGE
    if not is_text(head):
        return ArtifactKind.OTHER
    return _kind_of_text(name, ending)


def raster_type(head: bytes) -> str:
    """The media type of a picture that can run nothing, told by its first 12 bytes; empty for all else."""
    for beginning, media_type in RASTER.items():
        if head.startswith(beginning):
            return media_type
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def _kind_of_text(name: str, ending: str) -> ArtifactKind:
    for endings, kind in (
        (PAGES, ArtifactKind.SITE),
        (MARKDOWN, ArtifactKind.MARKDOWN),
        (TABLES, ArtifactKind.TABLE),
        ({".json"}, ArtifactKind.JSON),
    ):
        if ending in endings:
            return kind
    lexer = find_lexer_class_for_filename(name)
    return ArtifactKind.TEXT if lexer in (None, TextLexer) else ArtifactKind.CODE


def is_text(head: bytes) -> bool:
    """Whether the beginning of a file is UTF-8, or at least holds no control characters. Empty is text."""
    if not _CONTROLS.isdisjoint(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head[:2] not in (b"\xff\xfe", b"\xfe\xff")
    return True


def as_text(data: bytes) -> str:
    """Text for reading: UTF-8, else Windows-1252, which has a character for almost every byte."""
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
