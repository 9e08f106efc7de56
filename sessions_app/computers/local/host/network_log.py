"""Every connection that a computer asked for, in a file that nothing inside reaches, and that outlives it."""

from __future__ import annotations

import json
import os
from typing import Any

NAME = "network.jsonl"
MOST_BYTES = 1024 * 1024  # then the older half goes


class NetworkLog:
    """In the working directory, which is the computer's run folder. A full disk costs lines, nothing else."""

    def __init__(self) -> None:
        self._file = os.open(
            NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )

    def add(self, record: dict[str, Any]) -> None:
        try:
            os.write(self._file, json.dumps(record).encode() + b"\n")
            if os.fstat(self._file).st_size > MOST_BYTES:
                self._halve()
        except OSError:
            return

    def _halve(self) -> None:
        with open(NAME, "rb") as file:
            file.seek(-MOST_BYTES // 2, os.SEEK_END)
            file.readline()
            newer = file.read()
        with open(f"{NAME}.new", "wb") as file:
            file.write(newer)
        os.replace(f"{NAME}.new", NAME)
        os.close(self._file)
        self.__init__()  # type: ignore[misc]
