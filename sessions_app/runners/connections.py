"""Connections as rows, and as the agents know them: here a key is unsealed, and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from sessions_app.agents.connections import Connection as Known
from sessions_app.agents.connections import Provider
from sessions_app.agents.endings import ModelRefused
from sessions_app.models import Connection
from sessions_app.models.sealing import SealBroken, unseal

SEAL_BROKEN = "Its key was sealed with another key. Enter it again."


def known(row: Connection) -> Known:
    """Raises SealBroken."""
    return Known(
        slug=row.slug,
        provider=cast("Provider", row.provider),
        label=row.label,
        base_url=row.base_url,
        api_key=unseal(row.sealed_key) if row.sealed_key else "",
        models=tuple(row.offered),
    )


async def find(slug: str, space: int) -> Known | None:
    """A space's own connection, as it is at this moment. Raises ModelRefused when its key cannot be read."""
    row = await Connection.objects.filter(space=space, slug=slug).afirst()
    try:
        return known(row) if row else None
    except SealBroken:
        raise ModelRefused(f"{row} cannot be used. {SEAL_BROKEN}") from None


def changed_at(model: str, space: int) -> datetime | None:
    """When the space's connection that brings this model was changed last; None where there is none."""
    mine = Connection.objects.filter(space=space, slug=model.partition(":")[0])
    return mine.values_list("changed_at", flat=True).first()


def address_shown(url: str) -> str:
    """The address without what an operator may have written before the host: pages show it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()[:500]
