"""The media type of a file by its name: the same on every machine, whatever its /etc/mime.types says."""

from __future__ import annotations

import mimetypes

_TEXTS = ("application/json", "application/manifest+json", "application/xml", "image/svg+xml", "text/")
_table = mimetypes.MimeTypes(filenames=())
for _type, _ending in (
    ("application/manifest+json", ".webmanifest"),
    ("application/json", ".map"),
    ("application/wasm", ".wasm"),
    ("font/otf", ".otf"),
    ("font/ttf", ".ttf"),
    ("font/woff", ".woff"),
    ("font/woff2", ".woff2"),
    ("image/avif", ".avif"),
    ("image/webp", ".webp"),
    ("image/x-icon", ".ico"),
    ("text/javascript", ".js"),
    ("text/javascript", ".mjs"),
    ("text/markdown", ".md"),
    ("text/plain", ".log"),
    ("text/plain", ".toml"),
    ("text/plain", ".yaml"),
    ("text/plain", ".yml"),
):
    _table.add_type(_type, _ending)


def media_type_of(path: str) -> str:
    """The type as HTTP names it, with its character set for texts: "text/html; charset=utf-8"."""
    kind, packed = _table.guess_type(path, strict=True)
    if kind is None or packed:
        return "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(_TEXTS) else kind
