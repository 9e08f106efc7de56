from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from bs4 import BeautifulSoup

from sessions_app import dispatch, fragments
from sessions_app.agents.entries import Summarised
from sessions_app.agents.memory import Memory
from sessions_app.models import ModelCall, Session, Status, User, conversation
from sessions_app.models.steps import window
from sessions_app.runners.recall import recall
from tests.agents.model_server.script import Body, Reply, Says
from tests.conftest import SessionMaker
from tests.runners.conftest import Engine, comes_to

Dispatched = Callable[..., Awaitable[Session]]
FACT = "The ship is called Halcyon."


def talk(session: Session, *, turns: int) -> None:
    """Much that was said in the session's last task before it ended."""
    task = session.tasks.get()
    for number in range(turns):
        said = {"parts": [{"part_kind": "text", "content": f"Remark {number}."}], "kind": "response"}
        session.append("model_responded", {"response": said}, task=task)
        message = session.messages.create(
            task=task, text=f"Question {number}.", step=1, read_at=task.created_at
        )
        session.append("message_read", {"message": message.pk, "at_step": 1}, task=task, step=1)


def said(body: Body) -> str:
    return str(body["messages"])


async def test_a_long_session_is_summed_up_once_told_to_people_and_paid_for(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    long_summary = "The mast was measured: 31 m. " + "More of it. " * 800

    def script(body: Body) -> Reply:
        if "tools" not in body:
            return Says(long_summary)
        return Says("Halcyon." if FACT in said(body) and "31 m" in said(body) else "Noted.")

    async with engine(script) as running:
        session = await dispatched(FACT)
        await comes_to(session, Status.COMPLETED)
        await sync_to_async(talk)(session, turns=110)
        await sync_to_async(conversation.say)(session, "What is it called?", by=alice)
        await comes_to(session, Status.COMPLETED)
        requests = running.server.requests  # type: ignore[attr-defined]
    assert [said(body).count("Remark 1.") for body in requests] == [0, 1, 0]
    assert len(said(requests[2])) > 9_000, "the summary is longer than an event, and is sent whole"
    (summarised,) = [event async for event in session.events.filter(kind="summarised")]
    assert summarised.payload["kept"] > 50 and summarised.payload["blob"]
    assert await ModelCall.objects.filter(session=session, seq=summarised.seq).acount() == 1
    assert await ModelCall.objects.filter(session=session).acount() == 3
    shown = await sync_to_async(drawn)(session)
    assert "Context was shortened" in shown and "31 m" in shown and "Show all of it" in shown
    await sync_to_async(the_next_worker_shows)(session, requests[2], running)


def drawn(session: Session) -> str:
    session.refresh_from_db()
    page = fragments.steps(session, window(session, count=400).steps, whole=True)
    return BeautifulSoup(page, "html.parser").get_text()


def the_next_worker_shows(session: Session, request: Body, running: Any) -> None:
    memory = Memory(running._bench.store.read, recall(session))
    shown = [str(getattr(part, "content", "")) for message in memory.messages() for part in message.parts]
    assert shown[:-1] == [str(message["content"]) for message in request["messages"][1:]]


@pytest.fixture
def summed_up(make_session: SessionMaker) -> Session:
    """A session that was summed up before its last word."""
    session = make_session(FACT)
    task = session.tasks.get()
    talk(session, turns=10)
    session.append("summarised", {"kept": 4, "text": "A summary."}, task=task)
    last_word = {"parts": [{"part_kind": "text", "content": "Halcyon."}], "kind": "response"}
    session.append("said", {"text": "Halcyon."}, task=task)
    session.append("model_responded", {"response": last_word}, task=task)
    task.ask_to_stop(by=session.created_by)  # type: ignore[arg-type]
    return session


@pytest.mark.parametrize(("kind", "is_folded"), [("said", True), ("instructed", False)])
def test_going_back_before_a_summary_undoes_it_and_going_back_after_it_does_not(
    summed_up: Session, alice: User, kind: str, is_folded: bool
) -> None:
    assert "Remark 1." not in shown_of(summed_up)
    step = summed_up.events.get(kind=kind)
    dispatch.go_again(summed_up, step.seq, "What is it called?", by=alice, key=uuid4())
    assert any(isinstance(entry, Summarised) for entry in recall(summed_up)) is is_folded
    shown = shown_of(summed_up)
    assert ("A summary." in shown) is is_folded
    assert "Halcyon." not in shown.replace(FACT, "") and "What is it called?" in shown


def shown_of(session: Session) -> str:
    history = Memory(lambda digest: b"", recall(session)).messages()
    return "\n".join(str(getattr(part, "content", "")) for message in history for part in message.parts)
