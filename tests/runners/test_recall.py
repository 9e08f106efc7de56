from __future__ import annotations

import uuid

from sessions_app.agents.entries import Instructed, Returned
from sessions_app.models import User
from sessions_app.models.rewinding import fork
from sessions_app.runners.recall import PAGE_EVENTS, recall, recall_in_pages
from tests.conftest import SessionMaker


def test_a_session_of_many_pages_is_remembered_whole_and_in_order(make_session: SessionMaker) -> None:
    session = make_session("Count.")
    with session.writing() as held:
        for number in range(2 * PAGE_EVENTS):
            held.append("returned", {"call_id": f"call_{number}", "tool": "bash", "text": str(number)})
    pages = list(recall_in_pages(session))
    assert [len(page) for page in pages] == [PAGE_EVENTS, PAGE_EVENTS, 1]
    first, *others = recall(session)
    assert isinstance(first, Instructed)
    said = [entry.text for entry in others if isinstance(entry, Returned)]
    assert said == [str(number) for number in range(2 * PAGE_EVENTS)]


def test_a_fork_reads_nothing_of_what_its_parent_did_since(make_session: SessionMaker, bob: User) -> None:
    session = make_session("Count.")
    forked = fork(session, 1, "", by=bob, key=uuid.uuid4())
    with session.writing() as held:
        for number in range(PAGE_EVENTS):
            held.append("returned", {"call_id": f"call_{number}", "tool": "bash", "text": str(number)})
    assert [len(page) for page in recall_in_pages(forked)] == [2]
