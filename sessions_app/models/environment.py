"""Computers as they were at a moment, under a name: new sessions begin with one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from .session import Session
from .space import OfSpace, Space
from .user import User

NAME_LIMIT = 60


class EnvironmentState(models.TextChoices):
    SAVING = "saving", "Being saved"
    READY = "ready", "Ready"
    FAILED = "failed", "Not saved"
    DELETING = "deleting", "Being deleted"


class EnvironmentRefused(ValueError):
    """It cannot be saved under that name, or there is nothing to save. Says why."""


class Environment(models.Model):
    """Files, home and browser logins of a computer. A worker copies them: this row says how far it is."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="environments")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=NAME_LIMIT)
    session = models.ForeignKey(Session, models.SET_NULL, null=True, related_name="+")  # it was saved from
    state = models.CharField(max_length=10, choices=EnvironmentState.choices, default=EnvironmentState.SAVING)
    note = models.CharField(max_length=500, blank=True)  # why it was not saved
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OfSpace["Environment"].as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("space", Lower("name"), name="an_environment_has_its_own_name"),
            models.CheckConstraint(
                condition=models.Q(state__in=EnvironmentState.values), name="environment_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def save_from(session: Session, name: str, *, by: User) -> Environment:
    """Ask for a copy of a session's computer as it is now. Raises EnvironmentRefused."""
    name = " ".join("".join(filter(str.isprintable, name)).split())
    if not name:
        raise EnvironmentRefused("Give the environment a name.")
    if len(name) > NAME_LIMIT:
        raise EnvironmentRefused(f"The name has {len(name)} characters. The limit is {NAME_LIMIT}.")
    if not hasattr(session, "computer") or not session.computer.boot:
        raise EnvironmentRefused("This session has no computer yet: there is nothing to save.")
    space = session.space
    Environment.objects.filter(space=space, name__iexact=name, state=EnvironmentState.FAILED).delete()
    if Environment.objects.filter(space=space, name__iexact=name).exists():
        raise EnvironmentRefused(f"There is an environment called {name} already. Take another name.")
    return Environment.objects.create(space=space, name=name, session=session, created_by=by)


def offered_in(space: Space) -> models.QuerySet[Environment]:
    return Environment.objects.filter(space=space, state=EnvironmentState.READY)


def to_tend() -> list[Environment]:
    """Those that a worker has something to do for: to save, or to delete."""
    waiting = (EnvironmentState.SAVING, EnvironmentState.DELETING)
    found = Environment.objects.filter(state__in=waiting).select_related("session__computer")
    return list(found.order_by("pk"))
