from __future__ import annotations

import pytest

from sessions_app.agents.endings import Answered, Waiting
from sessions_app.agents.entries import Answered as AnswerGiven
from sessions_app.agents.entries import Entry, Instructed, MessageRead, Returned
from sessions_app.agents.memory import Memory

from .conftest import Worker
from .conversation import called
from .model_server.script import Body, Calls, Reply, Says
from .model_server.server import serving
from .notebook import Notebook

LOOK = ("report_progress", {"text": "Half way."})


@pytest.fixture(autouse=True)
def instructed(notebook: Notebook) -> None:
    notebook.instruct("Wait for the train.")


def results(body: Body) -> list[str]:
    return [str(message["content"]) for message in body["messages"] if message["role"] == "tool"]


async def test_a_model_that_repeats_itself_is_told_and_then_the_person_is_asked(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving(lambda _: Calls(LOOK)) as server:
        ending = await work_on(server)
    assert isinstance(ending, Waiting)
    assert len(notebook.progress) == 5
    told = results(server.requests[4])
    assert told[:2] == ["Noted.", "Noted."]
    assert told[2] == (
        "[You have made this call three times in a row with the same result. Try another way.]\n\nNoted."
    )
    assert "four times in a row" in told[3]
    (asked,) = notebook.asked.values()
    assert "made 5 times in a row, with the same result" in asked.question
    assert "`report_progress Half way.`" in asked.question
    assert [choice.label for choice in asked.choices] == ["Go on", "Stop trying this"]


async def test_the_answer_is_told_to_the_model_and_it_may_begin_anew(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving(lambda _: Calls(LOOK)) as server:
        first = await work_on(server)
        notebook.answer("Look at the other platform.")
        second = await work_on(server)
    assert isinstance(first, Waiting) and isinstance(second, Waiting) and first != second
    assert len(notebook.progress) == 10
    said = [
        str(message["content"]) for message in server.requests[5]["messages"] if message["role"] == "user"
    ]
    assert said[-1].endswith("Look at the other platform.") and "went round in circles" in said[-1]


async def test_a_worker_that_comes_later_asks_the_same_question_and_calls_no_more(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving(lambda _: Calls(LOOK)) as server:
        assert await work_on(server) == await work_on(server)
        assert len(server.requests) == 5
    assert len(notebook.asked) == 1


async def test_calls_that_cannot_be_used_five_times_in_a_row_come_before_the_person(
    notebook: Notebook, work_on: Worker
) -> None:
    def script(body: Body) -> Reply:
        return Calls(("bash", '{"command": ' + '"' * len(body["messages"])))

    with serving(script) as server:
        assert isinstance(await work_on(server), Waiting)
    assert len(server.requests) == 5
    (asked,) = notebook.asked.values()
    assert asked.question.startswith("5 calls in a row could not be used.")


async def test_what_changes_between_two_calls_is_no_repetition(notebook: Notebook, work_on: Worker) -> None:
    other = ("report_progress", {"text": "Nearly."})
    script: list[Reply] = [
        *[Calls(LOOK)] * 2,
        Calls(other),
        *[Calls(LOOK)] * 2,
        Calls(LOOK, other),
        Says("It came."),
    ]
    with serving(script) as server:
        assert await work_on(server) == Answered("It came.")
    assert not any("in a row" in result for body in server.requests for result in results(body))


def turn(
    number: int, text: str = "No train. [Exit code 0, after 0.3 s.]", *, image: str = "", blob: str = ""
) -> list[Entry]:
    result = Returned(f"c{number}", text, image=image, blob=blob)
    return [called("bash", f"c{number}", arguments='{"command": "ls"}'), result]


def in_circles(*turns: list[Entry]) -> bool:
    entries = [Instructed("Go."), *(entry for turn in turns for entry in turn)]
    return Memory({"long": b"No train."}.__getitem__, entries).to_ask() is not None


def test_how_long_a_call_took_is_no_difference_but_what_it_showed_is() -> None:
    times = [f"No train. [Exit code 0, after {number}.{number} s.]" for number in range(5)]
    assert in_circles(*(turn(number, text) for number, text in enumerate(times)))
    assert not in_circles(*(turn(number, f"Train {number}.") for number in range(5)))
    assert not in_circles(
        *(turn(number, f"Uploaded for {number} min, 3{number} ms each.") for number in range(5))
    )
    assert in_circles(*(turn(number, image="same") for number in range(5)))
    assert not in_circles(*(turn(number, image=f"shot {number}") for number in range(5)))
    assert in_circles(*(turn(number, "No…", blob="long") for number in range(5)))


def test_a_word_of_the_person_begins_it_anew() -> None:
    turns = [turn(number) for number in range(5)]
    assert in_circles(*turns)
    assert not in_circles(*turns[:3], [MessageRead("Go on.")], *turns[3:])
    assert not in_circles(*turns, [Instructed("Something else.")])
    assert not in_circles(*turns, [AnswerGiven("circles-c4", "Go on.")])
