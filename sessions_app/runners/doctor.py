"""What this machine can do, written down as rows that pages read."""

from __future__ import annotations

from django.utils import timezone

from sessions_app.computers.base import Computers
from sessions_app.models import Finding
from sessions_app.models.finding import DESKTOP, SANDBOX


async def examine_computers(computers: Computers) -> Finding:
    """Try whether commands can be kept in a sandbox here, with a real one."""
    probe = await computers.probe()
    reason = probe.reason if not probe.ok else " ".join(probe.notes)
    found = {"ok": probe.ok, "reason": reason[:500], "cure": probe.cure[:500], "checked_at": timezone.now()}
    finding, _ = await Finding.objects.aupdate_or_create(key=SANDBOX, defaults=found)
    if probe.ok:
        desktop = {"ok": not probe.no_desktop, "reason": probe.no_desktop, "cure": probe.desktop_cure}
        await Finding.objects.aupdate_or_create(
            key=DESKTOP, defaults={**desktop, "checked_at": timezone.now()}
        )
    return finding
