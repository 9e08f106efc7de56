"""Which preview a version gets. Each kind has a file of its own beside this one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from sessions_app.artifacts.kept_file import KeptFile, files_of
from sessions_app.artifacts.kinds import HEAD_BYTES, is_text, kind_of
from sessions_app.artifacts.store import BlobError, Content
from sessions_app.models import ArtifactKind, ArtifactVersion

from .code import code_preview
from .image import ImagePreview, image_preview
from .json_tree import JsonPreview, json_preview
from .markdown import MarkdownPreview, markdown_preview
from .other import FolderPreview, OtherPreview, other_preview
from .site import SitePreview, site_preview
from .table import TablePreview, table_preview
from .text import SourcePreview, text_preview

logger = logging.getLogger(__name__)
WITH_SOURCE = frozenset({ArtifactKind.MARKDOWN, ArtifactKind.SITE, ArtifactKind.TABLE, ArtifactKind.JSON})


@dataclass(frozen=True)
class FailedPreview:
    """It could not be read. The log says why."""

    shape: ClassVar[str] = "failed"


Preview: TypeAlias = (
    SourcePreview
    | MarkdownPreview
    | TablePreview
    | JsonPreview
    | ImagePreview
    | SitePreview
    | OtherPreview
    | FolderPreview
    | FailedPreview
)


def preview_of(version: ArtifactVersion, store: Content) -> Preview:
    """How a version is shown. Never raises: what an agent wrote may break any parser."""
    try:
        return _shown(version.kind, files_of(version), store)
    except (BlobError, OSError):
        logger.warning("preview_missing version=%s", version.pk)
    except Exception:
        logger.exception("preview_failed version=%s", version.pk)
    return FailedPreview()


def file_preview_of(file: KeptFile, store: Content) -> Preview:
    """How a file that nobody saved is shown, a page as its source: it has no origin apart. Never raises."""
    try:
        kind = kind_of([file.name], store.read(file.sha256, limit_bytes=HEAD_BYTES))
        lone_picture = kind == ArtifactKind.IMAGE and file.name.lower().endswith(".svg")
        source = kind == ArtifactKind.SITE or lone_picture
        return _shown(ArtifactKind.CODE if source else kind, [file], store)
    except Exception:
        logger.exception("preview_failed file")
    return FailedPreview()


def _shown(kind: str, files: Sequence[KeptFile], store: Content) -> Preview:
    first = files[0]
    match kind:
        case ArtifactKind.SITE:
            return site_preview(files, store)
        case ArtifactKind.MARKDOWN:
            return markdown_preview(first, store)
        case ArtifactKind.TABLE:
            return table_preview(first, store)
        case ArtifactKind.JSON:
            return json_preview(first, store)
        case ArtifactKind.IMAGE:
            return image_preview(first, store)
        case ArtifactKind.CODE:
            return code_preview(first, store)
        case ArtifactKind.TEXT:
            return text_preview(first, store)
    return other_preview(files)


def source_of(file: KeptFile, store: Content) -> Preview:
    """One file as its author wrote it; what is no text by its size and type. Never raises."""
    try:
        if is_text(store.read(file.sha256, limit_bytes=HEAD_BYTES)):
            return code_preview(file, store)
        return other_preview([file])
    except (BlobError, OSError):
        logger.warning("source_missing sha256=%s", file.sha256)
    except Exception:
        logger.exception("source_failed sha256=%s", file.sha256)
    return FailedPreview()
