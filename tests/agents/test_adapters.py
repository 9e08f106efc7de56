"""What goes over the wire beside what is asked."""

from __future__ import annotations

import pytest

from sessions_app.agents.endings import Answered

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


async def test_a_server_on_this_machine_is_reached_through_no_proxy(
    asked: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving([Says("Hello.")]) as server:
        assert await asked(server) == Answered("Hello.")
