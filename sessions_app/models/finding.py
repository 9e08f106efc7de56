from __future__ import annotations

from django.db import models
from django.utils import timezone

SANDBOX, DESKTOP = "sandbox", "desktop"  # the keys of what was found about them


class Finding(models.Model):
    """What the doctor found out about this machine. `cure` is the one line that mends it."""

    key = models.CharField(max_length=40, unique=True)
    ok = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    cure = models.CharField(max_length=500, blank=True)
    checked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.key}: {'fine' if self.ok else self.reason}"
