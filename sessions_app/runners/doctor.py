"""What this machine can do, written down as rows that pages read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.utils import timezone

from sessions_app.computers.base import Computers
from sessions_app.models import Finding, LanguageModel

if TYPE_CHECKING:
    from sessions_app.agents.abilities import ModelAbility
    from sessions_app.agents.providers import Providers

SANDBOX = "sandbox"


async def examine_computers(computers: Computers) -> Finding:
    """Try whether commands can be kept in a sandbox here, with a real one."""
    probe = await computers.probe()
    reason = probe.reason if not probe.ok else " ".join(probe.notes)
    found = {"ok": probe.ok, "reason": reason[:500], "cure": probe.cure[:500], "checked_at": timezone.now()}
    finding, _ = await Finding.objects.aupdate_or_create(key=SANDBOX, defaults=found)
    return finding


async def look_for_models(providers: Providers) -> None:
    """Ask every provider which models it has and what they can do."""
    await sync_to_async(_write_models)(await providers.discover())


def _write_models(abilities: Sequence[ModelAbility]) -> None:
    now = timezone.now()
    rows = {ability.name: _row(ability, checked_at=now) for ability in abilities}
    told = [field.name for field in LanguageModel._meta.concrete_fields if field.name not in ("id", "name")]
    LanguageModel.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["name"], update_fields=told
    )
    gone = LanguageModel.objects.exclude(name__in=rows)
    gone.filter(name__endswith=":").delete()  # stood for a server that did not answer, which does now
    gone.update(available=False, note="It is not offered any more.", checked_at=now)
    for silent in (row for name, row in rows.items() if name.endswith(":")):
        gone.filter(name__startswith=silent.name).update(note=silent.note)


def _row(ability: ModelAbility, *, checked_at: datetime) -> LanguageModel:
    return LanguageModel(
        name=ability.name,
        label=ability.label,
        provider=ability.provider,
        efforts=[asdict(level) for level in ability.efforts],
        sees_images=ability.sees_images,
        context_tokens=ability.context_tokens,
        available=ability.available,
        note=ability.note[:500],
        checked_at=checked_at,
    )
