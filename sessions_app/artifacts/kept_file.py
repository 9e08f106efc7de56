from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sessions_app.models import ArtifactVersion


@dataclass(frozen=True)
class KeptFile:
    """One file of a version. `path` is relative to the folder that was saved, or the name of a lone file."""

    path: str
    sha256: str
    size_bytes: int
    preview_sha256: str = ""  # a smaller copy of a large image

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    def as_row(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value != ""}


def files_of(version: ArtifactVersion) -> list[KeptFile]:
    return [KeptFile(**row) for row in version.files]
