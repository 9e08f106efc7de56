"""Answers as forms bring them: choices, words, a secret, a file; and files that were given, to look at."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files import File
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from sessions_app import dispatch
from sessions_app.artifacts.sizes import size_words
from sessions_app.artifacts.store import BlobStore, StoreFull
from sessions_app.models import AnswerRefused, Question, QuestionKind, User
from sessions_app.models.answer import with_note
from sessions_app.models.given_file import LIMIT_BYTES, Kept, safe_name

from .lookups import session_for
from .session_page import Written
from .streaming import as_download, blob_response


def give_answer(question: Question, written: Written, *, by: User, by_link: bool = False) -> None:
    """Raises AnswerRefused, AnsweredAlready."""
    wants_file = question.kind == QuestionKind.FILE and question.is_open
    dispatch.answer(
        question,
        written.chosen,
        written.text,
        by=by,
        key=written.key,
        by_link=by_link,
        secret=written.secret,
        file=_kept(written.file, written.text) if written.file and wants_file else None,
    )


def _kept(file: File[bytes], note: str) -> Kept:
    """Stored before the answer names it, and after the rest of the answer was found good.

    Raises AnswerRefused when it is too large, its note is too long, or the disk is full.
    """
    with_note("", note.strip())
    name, size_bytes = file.name or "", file.size or 0
    if size_bytes > LIMIT_BYTES:
        raise AnswerRefused(
            f"{safe_name(name)} is too large, with {size_bytes:,} bytes. "
            f"The limit is {size_words(LIMIT_BYTES)}. Make it smaller, or split it."
        )
    try:
        stored = BlobStore(settings.BLOBS_DIR).put_stream(cast(BinaryIO, file), limit_bytes=LIMIT_BYTES)
    except StoreFull as full:
        raise AnswerRefused(str(full)) from full
    return Kept(name, stored.sha256, stored.size_bytes)


@require_safe
@login_required
def given_file(request: HttpRequest, pk: int, question_pk: int) -> HttpResponseBase:
    given = get_object_or_404(session_for(request, pk).given_files, question=question_pk)
    store = BlobStore(settings.BLOBS_DIR)
    response = blob_response(request, store, given.sha256, media_type="application/octet-stream")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return as_download(response, given.name)
