from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from .user import User

LIFETIME = timedelta(minutes=15)


class SignInLink(models.Model):
    """A link that signs one person in, once, within 15 minutes. Only the hash of its secret is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link for {self.user}"


def issue(user: User) -> str:
    """The secret of a new link. It can be shown now and never again."""
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.filter(expires_at__lt=timezone.now()).delete()
    SignInLink.objects.create(user=user, digest=_digest(secret), expires_at=timezone.now() + LIFETIME)
    return secret


def still_good(secret: str) -> bool:
    """Whether the link can still be used, without using it."""
    return _usable(secret).exists()


def consume(secret: str) -> User | None:
    """Whom the link signs in; it works no second time. None when it is unknown, used or too old."""
    if not _usable(secret).update(used_at=timezone.now()):
        return None
    return SignInLink.objects.select_related("user").get(digest=_digest(secret)).user


def _usable(secret: str) -> models.QuerySet[SignInLink]:
    return SignInLink.objects.filter(
        digest=_digest(secret), used_at=None, expires_at__gt=timezone.now(), user__is_active=True
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
