from __future__ import annotations

from pydantic_ai.messages import ToolCallPart

from sessions_app.agents.ports import ToolResult
from sessions_app.agents.tools.registry import TOOLS
from sessions_app.agents.tools.use import read_call


def test_a_question_that_no_event_could_hold_is_given_back_to_the_model() -> None:
    choices = [{"label": f"{n}", "detail": "Sehr lang. " * 40} for n in range(9)]
    asked = {"question": "Which one? " * 180, "kind": "choose_one", "choices": choices}
    answer = read_call(ToolCallPart("ask_user", asked, "call_1"), TOOLS)
    assert isinstance(answer, ToolResult) and answer.failed
    assert "longer than 6,000 bytes together" in answer.text
