"""Saving computers under a name, and deleting what was saved: what pages ask for, a worker does."""

from __future__ import annotations

from sessions_app.computers.base import Computers
from sessions_app.computers.errors import ComputerError
from sessions_app.models.environment import Environment, EnvironmentState


async def tend(environment: Environment, computers: Computers, *, limit_mb: int) -> None:
    """Do what it waits for. What goes wrong stands in its row."""
    if environment.state == EnvironmentState.DELETING:
        await computers.discard(environment.uuid.hex)
        await environment.adelete()
        return
    environment.state, environment.note = await _saved(environment, computers, limit_mb)
    await environment.asave(update_fields=["state", "note"])


async def _saved(environment: Environment, computers: Computers, limit_mb: int) -> tuple[str, str]:
    computer = getattr(environment.session, "computer", None)
    if computer is None:
        return EnvironmentState.FAILED, "The session that it was to be saved from is gone."
    try:
        await computers.copy(computer.uuid.hex, environment.uuid.hex, limit_mb=limit_mb, whole=True)
    except ComputerError as error:
        await computers.discard(environment.uuid.hex)
        return EnvironmentState.FAILED, str(error)[:500]
    return EnvironmentState.READY, ""
