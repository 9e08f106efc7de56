from __future__ import annotations

import pytest
from pydantic import TypeAdapter
from pydantic_ai.messages import ModelResponse, TextPart, ThinkingPart, ToolCallPart

from sessions_app.agents.endings import Answered
from sessions_app.agents.entries import Instructed, Responded
from sessions_app.agents.memory import Memory

from .conftest import Worker
from .model_server.script import BreaksOff, Calls, Says
from .model_server.server import serving
from .notebook import Notebook

LOOK = ("report_progress", {"text": "Half way.", "percent": 50})


@pytest.fixture(autouse=True)
def instructed(notebook: Notebook) -> None:
    notebook.instruct("What is two and two?")


async def test_a_thought_is_shown_while_it_grows_and_before_anything_is_said(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving([Says("Four.", thinks="Two and two make four.", pause_seconds=0.1)]) as server:
        assert await work_on(server) == Answered("Four.")
    grown = [thought.text for thought in notebook.thoughts if not thought.over]
    assert len(grown) >= 3
    assert grown == sorted(grown, key=len)
    assert all("Two and two make four.".startswith(text) for text in grown)
    assert notebook.said == ["Four."]


async def test_the_time_of_a_thought_is_not_that_of_the_whole_answer(
    notebook: Notebook, work_on: Worker
) -> None:
    answer = Says("It is one two three four five six seven.", thinks="Hm, well.", pause_seconds=0.1)
    with serving([answer, Says("Four.")]) as server:
        await work_on(server)
        notebook.instruct("And again?")
        await work_on(server)
    took, nothing = notebook.thought_seconds
    assert took is not None and 0.1 < took < notebook.seconds[0] - 0.7, "eight words came after it"
    assert nothing is None
    assert notebook.thoughts[-1].over and notebook.thoughts[-1].seconds == took


async def test_a_model_gets_its_thoughts_back_as_they_were_while_it_uses_tools(
    notebook: Notebook, work_on: Worker
) -> None:
    thought = "  Let me see:\n\n\u2192 “two” & <two>\u00a0… "
    with serving([Calls(LOOK, thinks=thought), Says("Four.")]) as server:
        await work_on(server)
    assert server.requests[1]["messages"][2]["reasoning_content"] == thought


async def test_what_was_thought_in_a_try_that_broke_off_is_taken_back(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving([BreaksOff("Fo", thinks="Two", pause_seconds=0.3), Says("Four.")]) as server:
        assert await work_on(server) == Answered("Four.")
    assert [thought.text for thought in notebook.thoughts][:1] == ["Two"]
    assert notebook.said == ["Fo", "", "Four."]


def test_signed_thoughts_are_kept_and_sent_back_byte_for_byte() -> None:
    """Providers refuse a tool loop whose signed thoughts were touched."""
    response = ModelResponse(
        parts=[
            ThinkingPart("", signature="c2VhbGVk/+==", provider_name="anthropic"),
            ThinkingPart("Two \u2028and two.", id="rs_1", signature="gAAA==", provider_name="openai"),
            TextPart("I look."),
            ToolCallPart("bash", {"command": "ls"}, "a", provider_details={"thought_signature": "Q0w="}),
        ],
        provider_details={"finish_reason": "tool_calls"},
    )
    dump = TypeAdapter(ModelResponse).dump_python(response, mode="json")
    blobs = {"b": TypeAdapter(ModelResponse).dump_json(response)}
    for entry in (Responded(dump), Responded(blob="b")):
        assert Memory(blobs.__getitem__, [Instructed("Go."), entry]).messages()[1] == response
