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
from pydantic_core import to_json, to_jsonable_python

from sessions_app.agents.entries import Answered, Entry, Instructed, MessageRead, Responded, Returned
from sessions_app.agents.memory import Memory
from sessions_app.agents.pictures import LEFT_OUT
from sessions_app.agents.ports import Image
from sessions_app.agents.turn import STOPPED

from .conversation import called, spoken

BLOBS = {"long": b"a long text", **{f"shot {number}": b"%d" % number for number in range(9)}}
load = BLOBS.__getitem__


def test_results_come_in_the_order_of_the_calls_then_what_was_written_meanwhile() -> None:
    entries: list[Entry] = [
        Instructed("Go."),
        called("bash", "a", "b"),
        Returned("b", "second"),
        MessageRead("In green, please."),
        Returned("a", "first"),
    ]
    assert said(Memory(load, entries).messages()[-1]) == ["a: first", "b: second", "In green, please."]
    assert Memory(load, entries).pending() == []


def test_calls_without_a_result_are_pending() -> None:
    entries: list[Entry] = [Instructed("Go."), called("bash", "a", "b", "c"), Returned("b", "second")]
    assert [call.tool_call_id for call in Memory(load, entries).pending()] == ["a", "c"]


def test_calls_that_were_never_finished_are_closed_before_the_next_instruction() -> None:
    entries: list[Entry] = [
        Instructed("Go."),
        called("bash", "a", "b"),
        Returned("a", "first"),
        Instructed("Stop that."),
    ]
    closing, instruction = Memory(load, entries).messages()[-2:]
    assert said(closing) == ["a: first", f"b: {STOPPED}"]
    assert said(instruction) == ["Stop that."]
    assert Memory(load, entries).pending() == []


def test_the_first_result_of_a_call_is_its_result() -> None:
    entries: list[Entry] = [
        Instructed("Go."),
        called("bash", "a"),
        Returned("a", "first"),
        Returned("a", "again"),
    ]
    assert said(Memory(load, entries).messages()[-1]) == ["a: first"]


def test_an_answer_of_the_person_is_the_result_of_the_question() -> None:
    entries: list[Entry] = [Instructed("Go."), called("ask_user", "q"), Answered("q", "Green.")]
    assert said(Memory(load, entries).messages()[-1]) == ["q: Green."]


def test_long_results_and_answers_are_read_from_their_blobs() -> None:
    blobs = {**BLOBS, "answer": to_json(ModelResponse(parts=[ToolCallPart("bash", "{}", "a")]))}
    entries: list[Entry] = [Instructed("Go."), Responded(blob="answer"), Returned("a", "a l…", blob="long")]
    assert said(Memory(blobs.__getitem__, entries).messages()[-1]) == ["a: a long text"]


def test_an_answer_is_the_same_from_its_dump() -> None:
    response = ModelResponse(parts=[TextPart("Hello."), ToolCallPart("bash", '{"command": "ls"}', "a")])
    dumped = Responded(to_jsonable_python(response))
    assert Memory(load, [Instructed("Go."), dumped]).messages()[1] == response


def test_only_the_last_three_screenshots_are_shown() -> None:
    entries: list[Entry] = [Instructed("Look.")]
    for number in range(5):
        entries += [called("open_page", f"c{number}"), Returned(f"c{number}", "Page", image=f"shot {number}")]
    sent = Memory(load, entries).messages()[1:]
    requests = [message for message in sent if isinstance(message, ModelRequest)]
    assert [pictures(request) for request in requests] == [[], [], [b"2"], [b"3"], [b"4"]]
    assert said(requests[0]) == [f"c0: Page\n{LEFT_OUT}"]


def test_screenshots_of_one_batch_are_shown_together() -> None:
    entries: list[Entry] = [
        Instructed("Look."),
        called("open_page", "a", "b"),
        Returned("a", "Page", image=Image(b"new", "image/png")),
        Returned("b", "Page", image="shot 1"),
    ]
    assert pictures(Memory(load, entries).messages()[-1]) == [b"new", b"1"]


def test_a_model_that_sees_nothing_is_shown_nothing() -> None:
    entries: list[Entry] = [
        Instructed("Look."),
        called("open_page", "a"),
        Returned("a", "Page", image="shot 1"),
    ]
    assert pictures(Memory(load, entries, sees_images=False).messages()[-1]) == []


def test_arguments_that_are_no_object_are_sent_as_one() -> None:
    entries: list[Entry] = [Instructed("Go."), called("bash", "a", arguments='{"command": "l')]
    (call,) = Memory(load, entries).messages()[1].parts
    assert isinstance(call, ToolCallPart)
    assert call.args_as_dict() == {"malformed": '{"command": "l'}
    assert Memory(load, entries).pending()[0].args == '{"command": "l'


def test_steps_are_counted_anew_for_each_task() -> None:
    memory = Memory(load, [Instructed("Go."), called("bash", "a", "b"), Returned("a"), Returned("b")])
    assert memory.steps == 2
    memory.append(Instructed("Go on."))
    assert memory.steps == 0


def test_memory_grows_as_if_it_had_been_read_at_once() -> None:
    entries: list[Entry] = [
        Instructed("Go."),
        called("bash", "a", "b"),
        Returned("a", "first", image="shot 1"),
        MessageRead("Quick."),
        Returned("b", "second"),
        spoken("Done."),
        Instructed("More."),
    ]
    memory = Memory(load)
    for number, entry in enumerate(entries, start=1):
        memory.append(entry)
        assert told(memory.messages()) == told(Memory(load, entries[:number]).messages())


def test_the_tasks_of_a_session_are_told_apart() -> None:
    entries: list[Entry] = [
        Instructed("One.", task="1"),
        called("bash", "a"),
        Returned("a"),
        Instructed("Two.", task="2"),
    ]
    requests = [message for message in Memory(load, entries).messages() if isinstance(message, ModelRequest)]
    assert [request.run_id for request in requests] == ["1", "1", "2"]


def said(message: ModelMessage) -> list[str]:
    texts = []
    for part in message.parts:
        if isinstance(part, ToolReturnPart):
            texts.append(f"{part.tool_call_id}: {part.content}")
        elif isinstance(part, UserPromptPart | TextPart):
            texts.append(str(part.content))
    return texts


def told(history: list[ModelMessage]) -> list[list[str]]:
    return [said(message) for message in history]


def pictures(message: ModelMessage) -> list[bytes]:
    contents = [part.content for part in message.parts if isinstance(part, ToolReturnPart)]
    return [
        piece.data
        for content in contents
        if isinstance(content, list)
        for piece in content
        if isinstance(piece, BinaryContent)
    ]
