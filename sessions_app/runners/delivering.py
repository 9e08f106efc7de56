"""Files that people gave, put into the computer before the agent hears of them."""

from __future__ import annotations

from functools import partial

from asgiref.sync import sync_to_async

from sessions_app.artifacts.store import BlobMissing
from sessions_app.computers.errors import FileTooLarge, PathRefused
from sessions_app.models import GivenFile, Session

from .holding import Holding
from .room import ComputerRoom


async def deliver(holding: Holding, room: ComputerRoom) -> None:
    """Each file once: the computer knows the call, and after its restart the same file is written again.

    Raises what opening a computer raises.
    """
    for given in await sync_to_async(_undelivered)(holding.session):
        problem = await _put(given, holding, room)
        await holding.write(partial(_note, given, problem))


def _undelivered(session: Session) -> list[GivenFile]:
    waiting = GivenFile.objects.filter(session=session, delivered_at=None)
    return list(waiting.select_related("question").order_by("pk"))


async def _put(given: GivenFile, holding: Holding, room: ComputerRoom) -> str:
    """Why it could not be put there; empty when it is."""
    call_id = f"given-{given.pk}"
    try:
        data = await sync_to_async(holding.store.read, thread_sensitive=False)(given.sha256)
        computer = await room.computer()
        await computer.write_file(call_id, given.path, data)
        # Looked at here, so that the next command is not said to have written it.
        await computer.changes(call_id)
    except (PathRefused, FileTooLarge, BlobMissing) as refused:
        return str(refused)
    return ""


def _note(given: GivenFile, problem: str, session: Session) -> None:
    given.note_delivered(problem=problem)
