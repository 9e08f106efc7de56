from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async

from sessions_app.artifacts.store import BlobStore
from sessions_app.models import GivenFile, Question, Session, Status, User
from sessions_app.models.given_file import Kept, give
from tests.agents.model_server.script import Calls, Says
from tests.runners.conftest import Engine, comes_to

pytestmark = pytest.mark.sandbox
Dispatched = Callable[..., Awaitable[Session]]
ASK = ("ask_user", {"question": "The table, please.", "kind": "file"}, "ask")
TABLE = b"order,sum\n1,47.11\n"


async def give_it(session: Session, by: User, store: BlobStore) -> None:
    await comes_to(session, Status.WAITING_FOR_INPUT)
    kept = Kept("or ders.csv", store.put(TABLE), len(TABLE))
    asked = await Question.objects.select_related("session", "task").aget(session=session, closed_at=None)
    await sync_to_async(give)(asked, kept, by=by)


async def test_a_given_file_lies_in_the_computer_before_the_agent_goes_on(
    engine: Engine, dispatched: Dispatched, alice: User, tmp_path: Path
) -> None:
    script = [Calls(ASK), Calls(("bash", {"command": "cat given/*; ls given"}, "cat")), Says("Done.")]
    async with engine(script) as running:
        session = await dispatched()
        await give_it(session, alice, BlobStore(tmp_path / "blobs"))
        await comes_to(session, Status.COMPLETED)
        requests = running.server.requests  # type: ignore[attr-defined]
    told = {m["tool_call_id"]: m["content"] for m in requests[-1]["messages"] if m["role"] == "tool"}
    assert told["ask"] == ("You were given or ders.csv, 18 bytes. It lies at /workspace/given/or ders.csv.")
    assert told["cat"].startswith("order,sum\n1,47.11\nor ders.csv\n")
    assert "Changed" not in told["cat"], "the command is not said to have written it"
    assert (await GivenFile.objects.aget(session=session)).delivered_at


async def test_a_worker_that_was_killed_before_it_noted_so_delivers_the_same_again(
    engine: Engine, dispatched: Dispatched, alice: User, tmp_path: Path
) -> None:
    look = Calls(("bash", {"command": "cat given/*; ls given | wc -l"}))
    script = [Calls(ASK), Calls(ASK[:2]), look, Says("Done.")]
    async with engine(script) as running:
        session = await dispatched()
        await give_it(session, alice, BlobStore(tmp_path / "blobs"))
        second = Question.objects.filter(session=session, closed_at=None)
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await GivenFile.objects.filter(session=session).aupdate(delivered_at=None)
        asked = await second.select_related("session", "task").aget()
        await sync_to_async(asked.give_answer)([], "That is all.", by=alice)
        await comes_to(session, Status.COMPLETED)
        assert running
    (ended,) = [e.payload async for e in session.events.filter(kind="command_ended")]
    assert ended["output"] == "order,sum\n1,47.11\n1\n"


async def test_what_cannot_be_put_there_is_said_to_the_agent(
    engine: Engine, dispatched: Dispatched, alice: User, tmp_path: Path
) -> None:
    script = [Calls(("bash", {"command": "touch given"})), Calls(ASK), Says("Then not.")]
    async with engine(script) as running:
        session = await dispatched()
        await give_it(session, alice, BlobStore(tmp_path / "blobs"))
        await comes_to(session, Status.COMPLETED)
        last = running.server.requests[-1]["messages"][-1]  # type: ignore[attr-defined]
    assert "But it could not be put there: given is a file, not a folder." in last["content"]
