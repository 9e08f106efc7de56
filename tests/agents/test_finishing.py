"""The last answer of a task that was told to finish."""

from __future__ import annotations

import pytest

from sessions_app.agents.abilities import NO_TOOL_CHOICE
from sessions_app.agents.endings import Answered, ModelSilent
from sessions_app.agents.entries import ToldToFinish

from .conftest import Worker
from .model_server.script import Calls, Fails, Says
from .model_server.server import serving
from .notebook import Notebook

PROGRESS = ("report_progress", {"text": "Half way."})


@pytest.fixture(autouse=True)
def told_to_finish(notebook: Notebook) -> None:
    notebook.instruct("Do it.")
    notebook.entries.append(ToldToFinish())


async def test_calls_alone_are_no_last_word(notebook: Notebook, work_on: Worker) -> None:
    with serving([Calls(PROGRESS), Says("Half of it is done.")]) as server:
        assert await work_on(server) == Answered("Half of it is done.")
    assert [request["tool_choice"] for request in server.requests] == ["none", "none"]


async def test_a_model_that_only_calls_tools_does_not_end_as_done(work_on: Worker) -> None:
    told = "called tools where it was told to answer in words 3 times in a row"
    with serving(lambda _: Calls(PROGRESS)) as server, pytest.raises(ModelSilent, match=told):
        await work_on(server)


async def test_a_server_that_cannot_turn_tools_off_is_asked_with_words_only(
    notebook: Notebook, work_on: Worker
) -> None:
    refusal = Fails(400, "Unsupported value: 'tool_choice' must be 'auto'.")
    last = Calls(PROGRESS, text="Half of it is done.")
    with serving([refusal, last]) as server:
        assert await work_on(server) == Answered("Half of it is done.")
    assert server.requests[1].get("tool_choice") != "none"
    assert notebook.adjustments == [NO_TOOL_CHOICE]
