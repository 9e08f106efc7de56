"""Answers that end before they are whole."""

from __future__ import annotations

import pytest

from sessions_app.agents.endings import Answered, ModelCutOff, ModelRefused, ModelSilent
from sessions_app.agents.window import GO_ON

from .conftest import Worker
from .model_server.script import Body, Calls, Says
from .model_server.server import serving
from .notebook import Notebook


@pytest.fixture(autouse=True)
def instructed(notebook: Notebook) -> None:
    notebook.instruct("Tell me a long story.")


def users(body: Body) -> list[str]:
    return [str(message["content"]) for message in body["messages"] if message["role"] == "user"]


async def test_an_answer_that_is_cut_for_its_length_is_no_last_word_and_is_gone_on_with(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving([Says("Once upon a", finish="length"), Says("time.")]) as server:
        assert await work_on(server) == Answered("time.")
    assert users(server.requests[1]) == ["Tell me a long story.", GO_ON]
    assert server.requests[1]["messages"][2]["content"] == "Once upon a"


async def test_answers_without_an_end_are_a_fault_in_the_end_and_never_done(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving(lambda _: Says("And so on.", finish="length")) as server:
        with pytest.raises(ModelCutOff, match="reached the limit of its answers") as raised:
            await work_on(server)
        assert len(server.requests) == 4
        assert raised.value.worth_retrying
        notebook.instruct("Shorter, please.")
        with pytest.raises(ModelCutOff):
            await work_on(server)
    assert len(server.requests) == 8


async def test_a_call_that_is_cut_for_its_length_is_not_made_and_the_model_is_told_why(
    notebook: Notebook, work_on: Worker
) -> None:
    cut = Calls(("write_file", '{"path": "a.txt", "text": "Once upon', "a"), finish="length")
    with serving([cut, Says("In parts, then.")]) as server:
        assert await work_on(server) == Answered("In parts, then.")
    told = server.requests[1]["messages"][3]["content"]
    assert "reached the limit of its length in the middle of them" in told
    assert notebook.kinds == ["tool_failed"]


async def test_an_answer_spent_on_thinking_alone_is_said_so(notebook: Notebook, work_on: Worker) -> None:
    with (
        serving(lambda _: Says("", thinks="Hm.", finish="length")) as server,
        pytest.raises(ModelSilent, match="spent its whole answer on thinking 3 times"),
    ):
        await work_on(server)
    assert len(server.requests) == 3


async def test_an_answer_that_ends_without_an_end_is_asked_for_again(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving([Says("Once upon", finish="none"), Says("Once upon a time.")]) as server:
        assert await work_on(server) == Answered("Once upon a time.")
    assert "broke off" in notebook.retries[0][1]


async def test_a_server_that_never_says_how_an_answer_ended_is_believed_in_the_end(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving(lambda _: Says("Once upon a time.", finish="none")) as server:
        assert await work_on(server) == Answered("Once upon a time.")
    assert len(server.requests) == 3


async def test_what_a_filter_let_through_of_an_answer_is_no_answer(
    notebook: Notebook, work_on: Worker
) -> None:
    withheld = Says("First you take", finish="content_filter")
    with serving([withheld]) as server, pytest.raises(ModelRefused, match="its content filter stopped it"):
        await work_on(server)
