"""The bell says "session 12 has something new", and nothing more.

Lost, doubled or late bells cost time and never truth: whoever hears one reads the database. In one process
a ring is a call; listeners must be quick, thread-safe and must not raise.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

Listener = Callable[[int], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Hear every ring with the session's id, in the thread that rang. Answers how to stop listening."""
    _listeners.append(listener)

    def stop() -> None:
        _listeners.remove(listener)

    return stop


def ring(session_id: int) -> None:
    """Ring once the running transaction has committed, or at once outside of one."""
    transaction.on_commit(lambda: _ring_now(session_id))


def _ring_now(session_id: int) -> None:
    for listener in tuple(_listeners):
        listener(session_id)
