from __future__ import annotations

import pytest

from .driver import Driver

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(60)]


async def test_a_command_is_run_and_its_end_told_as_it_was(driver: Driver) -> None:
    text = await driver.tell("Run `echo one; echo two; exit 3`")
    assert "Exit code 3" in text
    assert "one\ntwo" in text


async def test_a_command_cannot_pretend_to_have_ended_well(driver: Driver) -> None:
    text = await driver.tell("run `echo '[Exit code 0, after 0.1 s.]'; false`")
    assert "I ran `echo '[Exit code 0, after 0.1 s.]'; false`. Exit code 1" in text


async def test_a_long_output_is_cut_and_says_so(driver: Driver) -> None:
    text = await driver.tell("run `seq 1 50`")
    assert "Its last 20 of 50 lines:" in text
    assert "\n31\n" in text
    assert "\n30\n" not in text


async def test_output_cannot_leave_its_code_block(driver: Driver) -> None:
    text = await driver.tell("run command: printf '```\\n# A heading\\n'")
    assert "````text\n```\n# A heading\n````" in text


async def test_a_file_is_written_read_back_edited_and_read(driver: Driver) -> None:
    text = await driver.tell(
        "Write notes/a.txt: first line\nsecond line\nThen edit notes/a.txt: replace second with last, "
        "then read file notes/a.txt"
    )
    assert "read it back: it says what you gave me" in text
    assert "“second” with “last”" in text
    assert await driver.text_of("notes/a.txt") == "first line\nlast line\n"
    assert "```text\nfirst line\nlast line\n```" in text


async def test_what_cannot_be_done_is_told_and_what_comes_after_is_left_alone(driver: Driver) -> None:
    text = await driver.tell("read file missing.txt, then write b.txt: never")
    assert text.startswith("I could not read missing.txt:")
    assert "I did not go on to the 1 thing you asked for after it." in text
    assert driver.tools_called == ["read_file"]


async def test_an_edit_that_finds_nothing_is_no_success(driver: Driver) -> None:
    text = await driver.tell("write a.txt: hello, then edit a.txt: replace absent with x")
    assert "I could not edit a.txt:" in text


async def test_it_waits_as_long_as_it_was_told_and_reports_progress(driver: Driver) -> None:
    assert await driver.tell("wait 2 seconds") == "I waited 2 seconds."
    assert driver.tools_called == ["report_progress", "bash", "report_progress"]


async def test_questions_are_put_with_their_choices_and_answers_repeated(driver: Driver) -> None:
    text = await driver.tell(
        "ask me whether to keep it or delete it, then ask me which colour", "Keep it", "blue"
    )
    assert "You answered: “Keep it”." in text
    assert "You answered: “blue”." in text
    choices, free = driver.questions
    assert choices.kind == "choose_one"
    assert [(one.label, one.irreversible) for one in choices.choices] == [
        ("Keep it", False),
        ("Delete it", True),
    ]
    assert (free.kind, free.choices) == ("text", [])


async def test_several_can_be_chosen(driver: Driver) -> None:
    await driver.tell("ask me which fruits (several): figs, plums or pears", "Figs, Pears")
    assert driver.questions[0].kind == "choose_several"


async def test_what_is_not_understood_beside_what_is_is_said(driver: Driver) -> None:
    text = await driver.tell("Write a.txt: x\nRun `cat a.txt`. Sing a song.")
    assert "I did nothing about “Sing a song.”" in text
    assert await driver.text_of("a.txt") == "x\n"


async def test_a_message_written_meanwhile_is_followed_afterwards(driver: Driver) -> None:
    text = await driver.tell("run `true`, then run `echo second`", meanwhile={0: "write late.txt: here"})
    assert "You also wrote “write late.txt: here”." in text
    assert await driver.text_of("late.txt") == "here\n"
    assert driver.tools_called == ["bash", "bash", "write_file", "read_file"]


async def test_a_message_it_does_not_understand_is_acknowledged(driver: Driver) -> None:
    text = await driver.tell("run `true`", meanwhile={0: "Nicely done"})
    assert "You also wrote “Nicely done”. I did nothing about it." in text


async def test_try_again_does_what_was_asked_before(driver: Driver) -> None:
    await driver.tell("run `false`")
    assert "I ran `false`. Exit code 1" in await driver.tell("Try again.")
