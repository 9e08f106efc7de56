"""The system's own Python, which host processes and daemons run under.

A virtual environment may lie in a folder that a computer's user cannot enter, and is not visible inside.
"""

from __future__ import annotations

import asyncio
import os

from sessions_app.computers.errors import ComputerUnavailable

OLDEST = (3, 11)
NAMES = ("python3", "python3.14", "python3.13", "python3.12", "python3.11")
CHECK = f"import sys; sys.exit(sys.version_info[:2] < {OLDEST})"

_found: str | None = None


async def system_python() -> str:
    """Looked for once. Raises ComputerUnavailable when none in /usr is new enough."""
    global _found
    if _found is None:
        _found = await _find()
    return _found


async def _find() -> str:
    for name in NAMES:
        path = f"/usr/bin/{name}"
        if os.access(path, os.X_OK):
            process = await asyncio.create_subprocess_exec(path, "-I", "-S", "-c", CHECK, env={})
            if await process.wait() == 0:
                return path
    raise ComputerUnavailable(
        "Computers need the system's own Python, 3.11 or newer, in /usr/bin.", cure="apt-get install python3"
    )
