"""Counts failed sign-ins, so that nobody tries passwords all day.

Five for a name from one address, then a wait. Whoever spreads their tries over many names or addresses meets
the wider limits. Counts live in Django's cache: with the default one, each web process counts for itself and
starts anew when it is restarted.
"""

from __future__ import annotations

import hashlib
import math
import time

from django.core.cache import cache

WAIT_SECONDS = 5 * 60
PAIR_LIMIT = 5
WIDER_LIMIT = 50


def minutes_to_wait(name: str, address: str) -> int:
    """0 when they may try now."""
    until = 0.0
    for key, limit in _limits(name, address).items():
        failures, last_at = cache.get(key, (0, 0.0))
        if failures >= limit:
            until = max(until, last_at + WAIT_SECONDS)
    return max(math.ceil((until - time.time()) / 60), 0)


def note_failure(name: str, address: str) -> None:
    for key in _limits(name, address):
        failures, _ = cache.get(key, (0, 0.0))
        cache.set(key, (failures + 1, time.time()), WAIT_SECONDS)


def forget(name: str, address: str) -> None:
    """Somebody signed in: their own failures do not count any more."""
    cache.delete(next(iter(_limits(name, address))))


def _limits(name: str, address: str) -> dict[str, int]:
    """The limit of each count, by its key; the narrowest first."""
    name = name.strip().casefold()
    return {
        _key("pair", name, address): PAIR_LIMIT,
        _key("name", name): WIDER_LIMIT,
        _key("address", address): WIDER_LIMIT,
    }


def _key(*parts: str) -> str:
    return "sign-in-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()
