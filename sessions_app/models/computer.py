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
    wake_asked_at = models.DateTimeField(null=True)  # a person wants it on; a worker starts it

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


def ask_to_wake(session: Session) -> bool:
    """Ask a worker to switch it on. False when there is none to switch on."""
    asked = Computer.objects.filter(session=session).exclude(boot="")
    return bool(asked.update(wake_asked_at=timezone.now()))


def to_wake() -> list[Computer]:
    """Those that people want on, each told once."""
    wanted = list(
        Computer.objects.filter(wake_asked_at__isnull=False).select_related(
            "session__agent", "session__latest_task"
        )
    )
    Computer.objects.filter(pk__in=[one.pk for one in wanted]).update(wake_asked_at=None)
    return wanted
