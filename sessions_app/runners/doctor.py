"""What this machine can do, written down as rows that pages read."""

from __future__ import annotations

from django.utils import timezone

from sessions_app.computers.base import Computers
from sessions_app.models import Finding
from sessions_app.models.finding import SANDBOX


async def examine_computers(computers: Computers) -> Finding:
    """Try whether commands can be kept in a sandbox here, with a real one, and what else there is."""
    probe = await computers.probe()
    finding = await _noted(SANDBOX, probe.ok, probe.reason, probe.cure)
    for check in probe.checks:
        await _noted(check.key, check.ok, check.says, check.cure)
    return finding


async def _noted(key: str, ok: bool, reason: str, cure: str) -> Finding:
    found = {"ok": ok, "reason": reason[:500], "cure": cure[:500], "checked_at": timezone.now()}
    finding, _ = await Finding.objects.aupdate_or_create(key=key, defaults=found)
    return finding
