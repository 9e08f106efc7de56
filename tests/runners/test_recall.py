from __future__ import annotations

from sessions_app.agents.entries import Instructed, Returned
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
