"""What a computer reached over the network, and what was refused to it: also while it sleeps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sessions_app.computers.errors import ComputerError
from sessions_app.computers.local.host.network_log import MOST_BYTES, NAME
from sessions_app.computers.local.workspace import read_beneath

from .door import place_of

SHOWN = 200


@dataclass(frozen=True)
class Connection:
    """One that is over. `at` is in seconds since 1970; `refusal` and `error` say why it came to nothing."""

    at: float
    host: str
    port: int
    address: str = ""
    refusal: str = ""
    error: str = ""
    sent_bytes: int = 0
    received_bytes: int = 0


def connections(root: Path, computer_id: str) -> Sequence[Connection]:
    """The newest 200, newest first. The file is the computer's user's: what is no record is left out."""
    try:
        text = read_beneath(place_of(root, computer_id).run, NAME, limit_bytes=2 * MOST_BYTES)
    except (ComputerError, OSError):
        return ()
    found = (_read(line) for line in reversed(text.splitlines()[-SHOWN:]))
    return [one for one in found if one is not None]


def _read(line: bytes) -> Connection | None:
    try:
        told = json.loads(line)
        return Connection(
            at=float(told["at"]),
            host=str(told["host"])[:200],
            port=int(told["port"]),
            address=str(told["address"])[:100],
            refusal=str(told["refusal"])[:500],
            error=str(told["error"])[:500],
            sent_bytes=int(told["sent_bytes"]),
            received_bytes=int(told["received_bytes"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
