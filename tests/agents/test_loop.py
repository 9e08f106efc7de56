from __future__ import annotations

import json

import pytest

from sessions_app.agents.endings import Answered, NoComputer, RanOut, Waiting
from sessions_app.agents.entries import Responded, Returned
from sessions_app.agents.ports import Choice

from .conftest import Worker
from .model_server.script import Body, Calls, Says
from .model_server.server import serving
from .notebook import Notebook

PROGRESS = ("report_progress", {"text": "Half way.", "percent": 50})


async def test_a_task_ends_with_what_the_model_says_last(notebook: Notebook, work_on: Worker) -> None:
    notebook.instruct("Say how far you are.")
    with serving([Calls(PROGRESS, text="I look."), Says("Half of it is done.")]) as server:
        assert await work_on(server) == Answered("Half of it is done.")
    assert notebook.progress == [("Half way.", 50)]
    assert results(server.requests[1]) == {"call_0": "Noted."}


async def test_the_model_is_told_who_it_is_and_which_tools_it_has(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.instruct("Hello.")
    with serving([Says("Hello.")]) as server:
        await work_on(server)
    assert server.requests[0]["messages"][0] == {"role": "system", "content": "You are a test."}
    tools = {tool["function"]["name"]: tool["function"] for tool in server.requests[0]["tools"]}
    assert set(tools) == {
        *("bash", "read_file", "write_file", "edit_file", "open_page", "act_on_page", "read_page"),
        *("ask_user", "save_artifact", "report_progress"),
    }
    assert tools["bash"]["parameters"]["properties"]["timeout_seconds"]["maximum"] == 3600


async def test_a_second_task_knows_what_the_first_was_told(notebook: Notebook, work_on: Worker) -> None:
    notebook.instruct("The ship is called Halcyon.")
    with serving([Says("Noted."), Says("Halcyon.")]) as server:
        await work_on(server)
        notebook.instruct("What is the ship called?")
        assert await work_on(server) == Answered("Halcyon.")
    assert [message["content"] for message in server.requests[1]["messages"][1:]] == [
        "The ship is called Halcyon.",
        "Noted.",
        "What is the ship called?",
    ]


async def test_a_question_waits_and_its_answer_is_the_result_of_the_call(
    notebook: Notebook, work_on: Worker
) -> None:
    ask = {
        "question": "Which?",
        "kind": "choose_one",
        "choices": [{"label": "A"}, {"label": "B", "irreversible": True}],
    }
    notebook.instruct("Choose.")
    with serving([Calls(("ask_user", ask, "q1"), (*PROGRESS, "p1")), Says("B it is.")]) as server:
        assert await work_on(server) == Waiting(("q1",))
        assert notebook.asked["q1"].choices == (Choice("A"), Choice("B", irreversible=True))
        assert notebook.progress == [("Half way.", 50)]
        notebook.answer("B")
        assert await work_on(server) == Answered("B it is.")
    assert len(server.requests) == 2
    assert results(server.requests[1]) == {"q1": "B", "p1": "Noted."}


async def test_a_worker_that_finds_a_question_open_asks_it_again_and_nobody_twice(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.instruct("Choose.")
    with serving([Calls(("ask_user", {"question": "Which?"}, "q1"), (*PROGRESS, "p1"))]) as server:
        await work_on(server)
        assert await work_on(server) == Waiting(("q1",))
    assert len(server.requests) == 1
    assert len(notebook.progress) == 1


async def test_a_batch_left_half_done_is_finished_by_the_next_worker(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.instruct("Report twice.")
    with serving([Calls((*PROGRESS, "a"), (*PROGRESS, "b")), Says("Done.")]) as server:
        await work_on(server)
        last = max(place for place, entry in enumerate(notebook.entries) if isinstance(entry, Returned))
        del notebook.entries[last:], notebook.progress[:]
        server.requests.clear()
        with serving([Says("Done.")]) as second:
            assert await work_on(second) == Answered("Done.")
    assert len(notebook.progress) == 1
    assert list(results(second.requests[0])) == ["a", "b"]


async def test_a_worker_that_comes_after_the_last_word_asks_no_more(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.instruct("Hello.")
    with serving([Says("Hello.")]) as server:
        await work_on(server)
        assert await work_on(server) == Answered("Hello.")
    assert len(server.requests) == 1


async def test_a_message_that_comes_with_the_last_word_is_read_before_the_end(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.instruct("Hello.")
    with serving([Says("Bye."), Says("In green, then.")]) as server:
        await work_on(server)
        notebook.write("In green, please.")
        assert await work_on(server) == Answered("In green, then.")
    assert server.requests[1]["messages"][-1] == {"role": "user", "content": "In green, please."}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("bash", '{"command": "ls"'), "they are no JSON"),
        (("bash", "[1]"), "valid dictionary"),
        (("bash", {"comand": "ls"}), "command: Field required"),
        (("bash", {"command": "ls", "timeout_seconds": 0}), "timeout_seconds"),
        (("shell", {"command": "ls"}), "There is no tool called shell. The tools are: bash"),
        (("ask_user", {"question": "Which?", "kind": "choose_one"}), "choose_one needs 2 to 9 choices"),
    ],
)
async def test_a_call_that_cannot_be_used_goes_back_to_the_model(
    notebook: Notebook, work_on: Worker, call: tuple[str, object], told: str
) -> None:
    notebook.instruct("List the files.")
    with serving([Calls(call), Says("I could not.")]) as server:
        assert await work_on(server) == Answered("I could not.")
    assert told in results(server.requests[1])["call_0"]
    assert notebook.kinds == ["tool_failed"]
    sent = server.requests[1]["messages"][2]["tool_calls"][0]["function"]["arguments"]
    assert isinstance(json.loads(sent), dict)


async def test_call_ids_that_a_server_uses_again_become_new_ones(notebook: Notebook, work_on: Worker) -> None:
    notebook.instruct("Report.")
    odd = "../../etc/passwd"
    script = [
        Calls(PROGRESS),
        Calls(PROGRESS),
        Calls((*PROGRESS, odd), (*PROGRESS, "same"), (*PROGRESS, "same")),
    ]
    with serving([*script, Says("Done.")]) as server:
        await work_on(server)
    ids = [entry.call_id for entry in notebook.entries if isinstance(entry, Returned)]
    assert len(set(ids)) == 5
    assert odd not in ids
    assert ids[0] == "call_0"
    assert list(results(server.requests[3])) == ids


async def test_a_task_ends_after_as_many_steps_as_it_may_take(notebook: Notebook, work_on: Worker) -> None:
    notebook.instruct("Go on for ever.")
    with serving(lambda _: Calls(PROGRESS, PROGRESS)) as server:
        assert await work_on(server, max_steps=5) == RanOut("steps")
        assert len(notebook.progress) == 5
        notebook.instruct("Go on.")
        assert await work_on(server, max_steps=2) == RanOut("steps")
    assert "stopped before this call finished" in json.dumps(server.requests[-1])


async def test_a_last_word_that_asks_is_a_question(notebook: Notebook, work_on: Worker) -> None:
    notebook.instruct("Paint the boat.")
    with serving([Says("The boat is ready.\n\nWhich colour shall it be?")]) as server:
        ending = await work_on(server)
    assert ending == Answered("The boat is ready.\n\nWhich colour shall it be?", "Which colour shall it be?")


async def test_without_any_computer_the_task_fails_and_says_why(notebook: Notebook, work_on: Worker) -> None:
    notebook.instruct("List the files.")
    with serving([Calls(("bash", {"command": "ls"}))]) as server, pytest.raises(NoComputer) as raised:
        await work_on(server)
    assert "This machine has no room for one." in str(raised.value)
    assert raised.value.detail == "Make room."
    assert not any(isinstance(entry, Returned) for entry in notebook.entries)


async def test_the_text_is_shown_while_it_comes(notebook: Notebook, work_on: Worker) -> None:
    notebook.instruct("Tell me something.")
    with serving([Says("One two three four.", pause_seconds=0.05)]) as server:
        await work_on(server)
    assert len(notebook.said) >= 3
    assert all("One two three four.".startswith(text) for text in notebook.said)


async def test_what_the_model_thought_is_kept_apart_from_what_it_said(
    notebook: Notebook, work_on: Worker
) -> None:
    notebook.instruct("Think.")
    with serving([Says("Four.", thinks="Two and two.")]) as server:
        assert await work_on(server) == Answered("Four.")
    responded = next(entry.response for entry in notebook.entries if isinstance(entry, Responded))
    assert getattr(responded, "thinking", None) == "Two and two."


def results(request: Body) -> dict[str, str]:
    """Call id to result, in the order in which the model is sent them."""
    return {
        message["tool_call_id"]: message["content"]
        for message in request["messages"]
        if message["role"] == "tool"
    }
