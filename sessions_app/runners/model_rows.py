"""What was found at a connection, written into rows. A row that a person changed meanwhile is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sessions_app.agents.abilities import ModelAbility
from sessions_app.agents.servers.listing import Listing
from sessions_app.agents.trial import Trial
from sessions_app.models import Agent, Connection, LanguageModel, Space

GONE = "It is not offered any more."


def note_listing(row: Connection, listing: Listing) -> None:
    """Whether the connection works, and its models. What is not listed any more goes, unless it is used."""
    now = timezone.now()
    found = {"ok": not listing.reason, "note": printable(listing.reason), "checked_at": now}
    with transaction.atomic():
        if not Connection.objects.filter(pk=row.pk, changed_at=row.changed_at).update(**found):
            return
        _write(row, listing.models, now)
        others = row.language_models.exclude(name__in=[ability.name for ability in listing.models])
        if listing.reason:
            others.update(available=False, note=printable(listing.reason), checked_at=now)
            return
        used = _used(row)
        others.exclude(name__in=used).delete()
        others.filter(name__in=used).update(available=False, note=GONE, checked_at=now)


def note_test(row: Connection, result: Trial) -> None:
    """What came of a request. The wish for it is fulfilled, unless somebody asked again meanwhile."""
    words = result.words if result.ok or not result.model else f"{result.words} Asked was {result.model}."
    found = {"test_ok": result.ok, "test_note": printable(words), "tested_at": timezone.now()}
    Connection.objects.filter(pk=row.pk, changed_at=row.changed_at).update(**found)
    Connection.objects.filter(pk=row.pk, test_asked_at=row.test_asked_at).update(test_asked_at=None)


def printable(text: str, limit: int = 500) -> str:
    """Words of a server as a row holds them: no control characters, nothing that turns the line around."""
    return "".join(filter(str.isprintable, text))[:limit]


def note_built_in(ability: ModelAbility) -> None:
    row = _row(ability, None, timezone.now())
    told = {name: getattr(row, name) for name in _TOLD if name != "connection"}
    LanguageModel.objects.update_or_create(connection=None, name=row.name, defaults=told)


def in_use(row: Connection) -> bool:
    """Some agent thinks with one of its models, or would by default."""
    return bool(_used(row))


def _write(row: Connection, abilities: Iterable[ModelAbility], now: datetime) -> None:
    LanguageModel.objects.bulk_create(
        [_row(ability, row, now) for ability in {one.name: one for one in abilities}.values()],
        update_conflicts=True,
        unique_fields=["connection", "name"],
        update_fields=_TOLD,
    )


_TOLD = [
    field.name
    for field in LanguageModel._meta.concrete_fields
    if field.name not in ("id", "name", "connection")
]


def _row(ability: ModelAbility, connection: Connection | None, now: datetime) -> LanguageModel:
    return LanguageModel(
        connection=connection,
        name=ability.name,
        label=printable(ability.label, 200),
        provider=(connection.label if connection else ability.provider)[:80],
        efforts=[asdict(level) for level in ability.efforts],
        uses_tools=ability.uses_tools,
        sees_images=ability.sees_images,
        context_tokens=ability.context_tokens,
        price_in=ability.price_in,
        price_out=ability.price_out,
        available=ability.available,
        note=printable(ability.note),
        checked_at=now,
    )


def _used(row: Connection) -> set[str]:
    """The names of its models that agents think with, or would by default, in the spaces that know it."""
    here = Q(space=row.space_id) if row.space_id else Q()
    agents = Agent.objects.filter(here, model__startswith=f"{row.slug}:").values_list("model", flat=True)
    spaces = Space.objects.filter(Q(pk=row.space_id) if row.space_id else Q())
    defaults = spaces.filter(default_model__startswith=f"{row.slug}:").values_list("default_model", flat=True)
    return {*agents, *defaults}
