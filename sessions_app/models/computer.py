from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from .agent import ComputerKind
from .session import Session


class Computer(models.Model):
    """The sandboxed machine a session drives. Runners start and stop it; pages only read this row."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="computer")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=ComputerKind.choices, default=ComputerKind.BROWSER)
    boot = models.CharField(max_length=64, blank=True)  # of its last start
    started_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ComputerKind.values), name="computer_kind_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.uuid.hex


def kind_of(session: Session) -> str:
    """Of the computer that a session has, or else would have."""
    kept = Computer.objects.filter(session=session).values_list("kind", flat=True).first()
    return kept or session.agent.computer_kind
