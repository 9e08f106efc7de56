from __future__ import annotations

import unicodedata
import uuid
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone

from .question import Question
from .session import Session
from .user import User

LIMIT_BYTES = 10 * 1024 * 1024  # what a computer takes at once
NAME_BYTES = 120
FOLDER = "given"
_MARKS = " ._,+=@()-"  # besides letters and digits of any script; none of them means anything to a shell


class Kept(NamedTuple):
    """A file that is stored under its digest. `name` is as its giver's machine had it: hostile."""

    name: str
    sha256: str
    size_bytes: int


class GivenFile(models.Model):
    """A file that a person gave an agent. Its worker puts it into the computer before the agent goes on."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="given_files")
    question = models.OneToOneField(Question, models.CASCADE, related_name="given_file")
    name = models.CharField(max_length=NAME_BYTES)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="a_given_file_has_its_name_to_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where it lies in the computer, below the workspace."""
        return f"{FOLDER}/{self.name}"

    def note_delivered(self, *, problem: str = "") -> None:
        """It is in the computer; or, with the reason, it cannot be, which the agent then reads."""
        GivenFile.objects.filter(pk=self.pk).update(delivered_at=timezone.now())
        if problem:
            answer = f"{self.question.answer}\n\nBut it could not be put there: {problem}"
            Question.objects.filter(pk=self.question_id).update(answer=answer)


def give(
    question: Question,
    kept: Kept,
    note: str = "",
    *,
    by: User,
    key: uuid.UUID | None = None,
    by_link: bool = False,
) -> None:
    """Answer a question for a file. Raises AnswerRefused, and AnsweredAlready when it is not open."""
    with question.session.writing() as session:
        question.refresh_from_db()
        if key and question.key == key:
            return  # the very form that gave it, sent again
        name = _free_name(session, safe_name(kept.name))
        given = GivenFile(session=session, question=question, name=name, given_by=by)
        given.sha256, given.size_bytes = kept.sha256, kept.size_bytes
        text = f"You were given {name}, {kept.size_bytes:,} bytes. It lies at /workspace/{given.path}."
        question.close_with(
            text,
            name,
            note,
            by=by,
            key=key,
            by_link=by_link,
            more={"file_name": name, "file_bytes": kept.size_bytes},
        )
        given.save()


def safe_name(name: str) -> str:
    """A name that shows what it is, stays in its folder, and means nothing to a shell."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter if _is_plain(letter) else "_" for letter in name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or len(ending.encode()) > 20:
        stem, ending = name, ""
    ending = f".{ending}" if ending else ""
    room = NAME_BYTES - len(ending.encode()) - len("-999")
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{'_' if stem.startswith('-') else ''}{stem or 'file'}{ending}"


def _is_plain(letter: str) -> bool:
    return letter.isalnum() or letter in _MARKS or unicodedata.category(letter) in ("Mn", "Mc")


def _free_name(session: Session, name: str) -> str:
    taken = {given.casefold() for given in session.given_files.values_list("name", flat=True)}
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, f".{ending}") if dot else (name, "")
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}{ending}"
    return name
