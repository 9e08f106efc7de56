from __future__ import annotations

import uuid

import structlog
from django.conf import settings
from django.db import models
from django.utils import timezone

from .answer import AnswerRefused
from .question import Question
from .sealing import SealBroken, seal, unseal
from .session import Session
from .user import User

log = structlog.get_logger(__name__)

SHORTEST = 4  # what is shorter stands in ordinary text too often to be kept out of sight
LIMIT_BYTES = 20_000


class Secret(models.Model):
    """A password or key that a person gave a session, sealed. Its value is in no event, page or log."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="secrets")
    name = models.CharField(max_length=64)
    sealed = models.TextField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="a_secret_has_its_name_to_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    def remove(self, *, by: User) -> None:
        """Delete it for good. A command under way keeps what it was given."""
        with self.session.writing() as session:
            if Secret.objects.filter(pk=self.pk).delete()[0]:
                told = {"name": self.name, "by_name": by.shown_name}
                session.append("secret_removed", told, task=session.latest_task, by=by)


def give(
    question: Question,
    value: str,
    note: str = "",
    *,
    by: User,
    key: uuid.UUID | None = None,
    by_link: bool = False,
) -> None:
    """Answer a question for a secret; one that was given under its name before is replaced.

    Raises AnswerRefused, and AnsweredAlready when it is not open: then nothing is stored.
    """
    value = _checked(value, note)
    name = question.secret_name
    text = (
        f"${name} is set for your commands, and act_on_page types it as secret {name}. You are not shown its "
        "value; do not print it."
    )
    with question.session.writing() as session:
        told = f"${name}, stored encrypted."
        question.close_with(text, told, note, by=by, key=key, by_link=by_link)
        fresh = {"sealed": seal(value), "given_by": by, "given_at": timezone.now()}
        Secret.objects.update_or_create(session=session, name=name, defaults=fresh)


def _checked(value: str, note: str) -> str:
    value = value.strip()
    if "\x00" in value or len(value) < SHORTEST:
        raise AnswerRefused(
            f"A secret has at least {SHORTEST} characters: a shorter one could not be kept out of sight."
        )
    if len(value.encode()) > LIMIT_BYTES:
        raise AnswerRefused(f"The secret is too long. The limit is {LIMIT_BYTES:,} characters.")
    if value in note:
        raise AnswerRefused("The note has the secret in it, where everybody could read it. Take it out.")
    return value


def inherited_by(session: Session) -> list[dict[str, str]]:
    """The secrets of the sessions that this one was forked from: it has none of them, but copies of files."""
    inherited = []
    while (parent := session.forked_from) is not None:
        inherited.append(secrets_of(parent))
        session = parent
    return inherited


def secrets_of(session: Session) -> dict[str, str]:
    """The values by name. One that was sealed with a key which is gone is as if it had not been given."""
    values: dict[str, str] = {}
    for secret in Secret.objects.filter(session=session):
        try:
            values[secret.name] = unseal(secret.sealed)
        except SealBroken:
            log.warning("secret_unreadable", session=session.pk, name=secret.name)
    return values
