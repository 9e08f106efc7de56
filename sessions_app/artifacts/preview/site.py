"""A site: shown in a sandboxed frame from the second origin, never here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.kinds import as_text
from sessions_app.artifacts.store import Content

READ_BYTES = 256 * 1024
_FROM_ROOT = re.compile(r"""\b(?:href|src)\s*=\s*["']?(/[^/"'\s>][^"'\s>]{0,200})""")


@dataclass(frozen=True)
class SitePreview:
    """`from_root`: a link of the first page that begins with a slash, and so leads out of the site."""

    shape: ClassVar[str] = "site"
    start: KeptFile
    from_root: str


def site_preview(files: Sequence[KeptFile], store: Content) -> SitePreview:
    start = start_of(files)
    found = _FROM_ROOT.search(as_text(store.read(start.sha256, limit_bytes=READ_BYTES)))
    return SitePreview(start, found[1] if found else "")


def start_of(files: Sequence[KeptFile]) -> KeptFile:
    """The page that opens first: index.html, or the lone page."""
    return next((file for file in files if file.path == "index.html"), files[0])
