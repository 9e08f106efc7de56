"""What cannot be shown: a file by its size, type and digest, a folder by its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.media_types import media_type_of


@dataclass(frozen=True)
class OtherPreview:
    shape: ClassVar[str] = "other"
    file: KeptFile
    media_type: str


@dataclass(frozen=True)
class FolderPreview:
    shape: ClassVar[str] = "folder"
    files: Sequence[KeptFile]


def other_preview(files: Sequence[KeptFile]) -> OtherPreview | FolderPreview:
    if len(files) != 1:
        return FolderPreview(files)
    return OtherPreview(files[0], media_type_of(files[0].path))
