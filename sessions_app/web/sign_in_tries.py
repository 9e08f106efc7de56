"""Counts failed sign-ins, so that nobody tries passwords all day.

Five for a name from one address, then a wait. Whoever spreads their tries over many names or addresses meets
the wider limits. Counts live in Django's cache: with the default one, each web process counts for itself and
starts anew when it is restarted.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time

from django.core.cache import cache

WAIT_SECONDS = 5 * 60
PAIR_LIMIT = 5
WIDER_LIMIT = 50

_counting = threading.Lock()


def take(name: str, address: str) -> int:
    """The minutes to wait. 0: they may try now, which counts as a failure until it is given back.

    Counted before the password is looked at: tries that are made at the same time are many tries too.
    """
    with _counting:
        wait = _minutes_to_wait(name, address)
        if not wait:
            for key in _limits(name, address):
                cache.set(key, (cache.get(key, (0, 0.0))[0] + 1, time.time()), WAIT_SECONDS)
    return wait


def _minutes_to_wait(name: str, address: str) -> int:
    until = 0.0
    for key, limit in _limits(name, address).items():
        failures, last_at = cache.get(key, (0, 0.0))
        if failures >= limit:
            until = max(until, last_at + WAIT_SECONDS)
    return max(math.ceil((until - time.time()) / 60), 0)


def give_back(name: str, address: str) -> None:
    """Somebody signed in: this try was no failure, and their own earlier ones do not count any more."""
    with _counting:
        pair, *wider = _limits(name, address)
        cache.delete(pair)
        for key in wider:
            failures, last_at = cache.get(key, (1, 0.0))
            cache.set(key, (failures - 1, last_at), WAIT_SECONDS)


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
