"""What goes over the wire beside what is asked."""

from __future__ import annotations

from .conftest import Ask, Worker
from .languages import RESPONSES, Language
from .model_server.script import Says
from .model_server.server import serving
from .notebook import Notebook


async def test_other_servers_are_sent_nothing_but_what_they_know(notebook: Notebook, work_on: Worker) -> None:
    notebook.instruct("Hello.")
    with serving([Says("Hello.")]) as server:
        await work_on(server)
    assert set(server.requests[0]) == {
        "model",
        "messages",
        "stream",
        "stream_options",
        "tools",
        "tool_choice",
    }


async def test_openai_keeps_nothing_and_hands_its_thoughts_over_sealed(
    language: Language, asked: Ask
) -> None:
    with serving([Says("Hello.")]) as server:
        await asked(server)
    (request,) = server.requests
    sealed = (request.get("store"), request.get("include"))
    expected = (False, ["reasoning.encrypted_content"]) if language is RESPONSES else (None, None)
    assert sealed == expected
