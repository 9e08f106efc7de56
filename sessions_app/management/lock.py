from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO


class AlreadyServing(Exception):
    """Another server works on this folder."""


def take_lock(path: Path) -> IO[str]:
    """The exclusive lock of a data folder, held until the file is closed or the process ends.

    Raises AlreadyServing, naming the process that has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "another"
        file.close()
        raise AlreadyServing(
            f"Process {holder} already serves {path.parent}. Stop it first, or set LIGHTCONE_HOME."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
