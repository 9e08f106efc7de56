"""Filling a new computer's workspace with a copy of another's, as the users that own them.

One `tar` reads as the one user, another writes as the other: neither can touch what is not its computer's,
whatever runs in the source meanwhile. Links are copied as links and never followed.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import IO, Any, cast

from sessions_app.computers.errors import ComputerError, FileTooLarge

from .host.browser_state import NAME as BROWSER_STATE
from .workspace import read_beneath

READ = "tar --create --sparse --one-file-system --ignore-failed-read --warning=none --file=- ."
WRITE = "tar --extract --same-permissions --no-same-owner --warning=none --file=-"
CHUNK_BYTES = 1024 * 1024
BROWSER_STATE_BYTES = 16 * 1024 * 1024
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def copy_files(source: Path, target: Path, *, user_id: int | None, limit_bytes: int) -> None:
    """Copy what lies in one folder into another, empty one. `user_id` owns the target; None without root.

    Raises FileTooLarge past the limit, and ComputerError when it could not be written.
    """
    owner = None if user_id is None else os.stat(source).st_uid
    reader = subprocess.Popen(READ.split(), stdout=subprocess.PIPE, **_as(owner, source))
    writer = subprocess.Popen(WRITE.split(), stdin=subprocess.PIPE, **_as(user_id, target))
    read, written = cast("IO[bytes]", reader.stdout), cast("IO[bytes]", writer.stdin)
    try:
        _pump(read, written, limit_bytes)
        # 1: something changed while it was read, or could not be; the rest is whole.
        if writer.wait() != 0 or reader.wait() not in (0, 1):
            raise ComputerError("The files of the session it was forked from could not be copied.")
    finally:
        for process in (reader, writer):
            process.kill()
            process.wait()
        read.close()


def copy_browser_state(source: Path, target: Path, *, user_id: int | None) -> None:
    """What the host process keeps of a browser, from one run folder to another, where no link is followed."""
    try:
        kept = read_beneath(source, BROWSER_STATE, limit_bytes=BROWSER_STATE_BYTES)
    except ComputerError:
        return  # it never had a browser
    copied = target / BROWSER_STATE
    copied.write_bytes(kept)
    copied.chmod(0o600)
    if user_id is not None:
        os.chown(copied, user_id, user_id, follow_symlinks=False)


def _pump(source: IO[bytes], target: IO[bytes], limit_bytes: int) -> None:
    passed = 0
    try:
        with target:
            while piece := source.read(CHUNK_BYTES):
                passed += len(piece)
                if passed > limit_bytes:
                    raise FileTooLarge(
                        "The files of the session it was forked from do not fit on a computer."
                    )
                target.write(piece)
    except BrokenPipeError:
        return  # the writer says why by its exit code


def _as(user_id: int | None, folder: Path) -> dict[str, Any]:
    """How a process is started in a computer's folder, as its user where this process may choose."""
    begun: dict[str, Any] = {"cwd": folder, "env": ENVIRONMENT, "stderr": subprocess.DEVNULL}
    if user_id is not None:
        begun |= {"user": user_id, "group": user_id, "extra_groups": []}
    return begun
