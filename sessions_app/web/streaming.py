"""Files of any size, sent in pieces that are read in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from sessions_app.artifacts.store import BlobMissing, BlobStore


def blob_response(
    request: HttpRequest, store: BlobStore, digest: str, *, media_type: str
) -> HttpResponseBase:
    """What is kept under a digest, with its length. Raises Http404 when it is not kept any more."""
    try:
        headers = {"Content-Length": str(store.size_bytes(digest))}
    except BlobMissing:
        raise Http404 from None
    if request.method == "HEAD":
        return HttpResponse(content_type=media_type, headers=headers)
    return StreamingHttpResponse(
        read_in_thread(store.pieces(digest)), content_type=media_type, headers=headers
    )


def as_download(response: HttpResponseBase, name: str) -> HttpResponseBase:
    """Saved under that name, whatever it holds; the name is spelled as RFC 6266 and RFC 5987 have it."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


async def read_in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces, without ever holding up the loop that serves everybody."""
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
