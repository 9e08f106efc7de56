from __future__ import annotations

from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from sessions_app.agents.demo.history import tasks_in
from sessions_app.agents.demo.story import Result
from sessions_app.agents.demo.work import FORGOTTEN, answer
from sessions_app.agents.entries import Entry, Instructed, MessageRead, Responded, Returned
from sessions_app.agents.memory import Memory
from sessions_app.agents.ports import Image
from sessions_app.agents.tools.registry import TOOLS
from sessions_app.agents.window import Window
from sessions_app.runners.recall import FORKED, WENT_BACK


def prompt(text: str, task: str | None = None) -> ModelRequest:
    return ModelRequest(parts=[UserPromptPart(text)], run_id=task)


def call(call_id: str = "1") -> ModelResponse:
    return ModelResponse(parts=[ToolCallPart("bash", {"command": "ls"}, tool_call_id=call_id)])


def returned(call_id: str = "1", *meanwhile: str, task: str | None = None) -> ModelRequest:
    words = [UserPromptPart(text) for text in meanwhile]
    return ModelRequest(parts=[ToolReturnPart("bash", "out", call_id), *words], run_id=task)


DONE = ModelResponse(parts=[TextPart("Done.")])


def test_a_prompt_after_a_last_word_is_a_new_task() -> None:
    tasks = tasks_in([prompt("a"), call(), returned(), DONE, prompt("b")])
    assert [(task.instruction, len(task.turns)) for task in tasks] == [("a", 1), ("b", 0)]


def test_a_prompt_after_a_result_was_written_meanwhile() -> None:
    (task,) = tasks_in([prompt("a", "1"), call(), returned("1", "make it green", task="1")])
    assert task.turns[0].heard == ("make it green",)


def test_a_note_of_the_dashboard_is_no_instruction() -> None:
    for note in (WENT_BACK, FORKED):
        (task,) = tasks_in([prompt(note), prompt("a", "1")])
        assert (task.instruction, task.early) == ("a", [])


def test_a_prompt_with_another_run_id_is_a_new_task_although_the_last_was_cut_short() -> None:
    tasks = tasks_in([prompt("a", "1"), call(), returned("1", task="1"), prompt("b", "2")])
    assert [task.instruction for task in tasks] == ["a", "b"]


def test_a_picture_is_no_message_of_the_person() -> None:
    picture = UserPromptPart(["The screen:", BinaryContent(b"x", media_type="image/png")])
    (task,) = tasks_in([prompt("a"), call(), returned(), ModelRequest(parts=[picture])])
    assert task.turns[0].heard == ()


def test_a_result_with_a_picture_is_read_for_its_text() -> None:
    entries: list[Entry] = [
        Instructed("run `ls`", task="1"),
        Responded(call()),
        Returned("1", text="out", image=Image(b"x", "image/png")),
    ]
    (task,) = tasks_in(Memory(lambda digest: b"", entries).messages())
    assert task.turns[0].results == (Result("out"),)


def test_what_memory_makes_of_a_message_written_meanwhile_is_heard() -> None:
    entries: list[Entry] = [
        Instructed("run `ls`", task="1"),
        Responded(call()),
        MessageRead("make it green"),
        Returned("1", text="no", failed=True),
    ]
    (task,) = tasks_in(Memory(lambda digest: b"", entries).messages())
    assert task.turns[0].heard == ("make it green",)
    assert task.turns[0].results == (Result("no", ok=False),)


def test_a_call_without_a_result_failed() -> None:
    (task,) = tasks_in([prompt("a"), call()])
    assert not task.turns[0].results[0].ok


def test_what_is_left_out_of_a_long_session_is_not_taken_for_the_task_at_hand() -> None:
    happened: list[ModelMessage] = [prompt("run `ls`", "1")]
    for number in range(6):
        happened += [call(str(number)), returned(str(number), task="1")]
    shown = folded(happened)
    assert len(shown) < len(happened)
    assert answer(tasks_in(shown), offered=TOOLS, checks=1) == FORGOTTEN


def test_a_new_task_is_read_in_a_long_session() -> None:
    happened: list[ModelMessage] = []
    for number in range(6):
        happened += [call(str(number)), returned(str(number), task="1")]
    shown = folded([*happened, DONE, prompt("wait 1 second", "2")])
    assert tasks_in(shown)[-1].instruction == "wait 1 second"


def folded(happened: list[ModelMessage]) -> list[ModelMessage]:
    """What is shown of a session too long for its window, without a summary: the demo writes none."""
    window = Window(most_messages=6, most_tokens=100_000)
    for number, message in enumerate(happened):
        window.push(message, entry=number)
    first = window.cut(100_000)
    assert window.is_overfull and first
    window.fold(first, "")
    return window.messages()
