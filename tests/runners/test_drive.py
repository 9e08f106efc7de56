from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from sessions_app import dispatch
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from sessions_app.models import Computer, Question, Session, Status, User, conversation
from tests.agents.model_server.script import Body, Calls, Fails, Says
from tests.runners.conftest import Engine, comes_to, until

pytestmark = pytest.mark.sandbox
Dispatched = Callable[..., Awaitable[Session]]


async def events(session: Session, *kinds: str) -> list[dict[str, Any]]:
    rows = session.events.filter(kind__in=kinds) if kinds else session.events.all()
    return [row.payload async for row in rows.order_by("seq")]


async def write_in_computer(session: Session, computers: LocalComputers, path: str) -> None:
    row = await Computer.objects.aget(session=session)
    computer = await computers.open(row.uuid.hex, ComputerSpec())
    await computer.write_file(f"test-{path}", path, b"")
    await computer.disconnect()


def told(body: Body, role: str) -> list[str]:
    return [str(message["content"]) for message in body["messages"] if message["role"] == role]


async def test_an_instruction_is_worked_off_in_steps(engine: Engine, dispatched: Dispatched) -> None:
    script = [Calls(("bash", {"command": "echo hello | tee note.txt"})), Says("I wrote note.txt.")]
    async with engine(script):
        session = await dispatched("Write a note.")
        task = await comes_to(session, Status.COMPLETED)
    kinds = [event.kind async for event in session.events.order_by("seq")]
    drawn = [kind for kind in kinds if kind not in ("model_responded", "returned")]
    assert drawn == [
        "instructed", "started", "command_started", "command_ended", "file_written", "said", "completed",
    ]  # fmt: skip
    (ended,) = await events(session, "command_ended")
    assert (ended["exit_code"], ended["output"]) == (0, "hello\n")
    assert task.actions == 1


async def test_a_command_that_prints_what_is_no_text_ends_like_any_other(
    engine: Engine, dispatched: Dispatched
) -> None:
    bytes_that_grow_as_text = "head -c 3900 /dev/zero | tr '\\0' '\\377'"
    async with engine([Calls(("bash", {"command": bytes_that_grow_as_text})), Says("Done.")]):
        session = await dispatched()
        await comes_to(session, Status.COMPLETED)
    (ended,) = await events(session, "command_ended")
    assert (ended["exit_code"], ended["output_bytes"]) == (0, 3900)
    assert ended["output"].startswith("\ufffd" * 1000)


async def test_an_answer_arrives_as_the_result_of_the_very_call_that_asked(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    choices = [{"label": "Red"}, {"label": "Green"}]
    ask = ("ask_user", {"question": "Which colour?", "kind": "choose_one", "choices": choices}, "call_ask")
    script = [
        Calls(("bash", {"command": "echo once >> log.txt"}, "call_run"), ask),
        Calls(("bash", {"command": "cat log.txt"}, "call_cat")),
        Says("Done."),
    ]
    async with engine(script) as running:
        session = await dispatched()
        await comes_to(session, Status.WAITING_FOR_INPUT)
        assert not running._drives, "a task that waits holds no worker"
        question = await Question.objects.select_related("session", "task__session").aget(session=session)
        await sync_to_async(dispatch.answer)(question, [1], "A dark one.", by=alice)
        await comes_to(session, Status.COMPLETED)
        second = running.server.requests[1]  # type: ignore[attr-defined]
    results = {m["tool_call_id"]: m["content"] for m in second["messages"] if m["role"] == "tool"}
    assert results["call_ask"] == "Green\n\nA dark one."
    assert (await events(session, "command_ended"))[1]["output"] == "once\n"


async def test_a_follow_up_knows_what_only_the_first_task_said(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    async with engine([Says("Noted."), Says("It is 4711.")]) as running:
        session = await dispatched("Remember the number 4711.")
        await comes_to(session, Status.COMPLETED)
        await sync_to_async(conversation.say)(session, "Which number was it?", by=alice)
        await until(lambda: session.tasks.filter(status=Status.COMPLETED).count() == 2)
        said = told(running.server.requests[1], "user")  # type: ignore[attr-defined]
    assert said == ["Remember the number 4711.", "Which number was it?"]


async def test_a_message_is_read_before_the_next_step(
    engine: Engine, dispatched: Dispatched, alice: User, computers: LocalComputers
) -> None:
    script = [Calls(("bash", {"command": "until test -e go; do sleep 0.1; done"})), Says("In green, then.")]
    async with engine(script) as running:
        session = await dispatched()
        await until(session.events.filter(kind="command_started").exists)
        await sync_to_async(conversation.say)(session, "Use green.", by=alice)
        await write_in_computer(session, computers, "go")
        await comes_to(session, Status.COMPLETED)
        assert told(running.server.requests[1], "user")[-1] == "Use green."  # type: ignore[attr-defined]
    assert (await events(session, "message_read"))[0]["at_step"] >= 2


async def test_stopping_ends_the_running_command_at_once_and_keeps_its_output(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    async with engine([Calls(("bash", {"command": "echo begun; sleep 60"}))]) as running:
        dispatch.use(running)
        try:
            session = await dispatched()
            await until(lambda: session.tails.filter(text__contains="begun").exists())
            asked = time.monotonic()
            await sync_to_async(lambda: dispatch.stop(session.tasks.get(), by=alice))()
            await comes_to(session, Status.CANCELLED, seconds=5)
            took = time.monotonic() - asked
        finally:
            dispatch.use(None)
    (ended,) = await events(session, "command_ended")
    assert (ended["reason"], ended["output"]) == ("stopped", "begun\n")
    assert took < 3


async def test_a_task_parked_in_a_command_goes_on_in_it_with_the_next_worker(
    engine: Engine, dispatched: Dispatched
) -> None:
    command = "echo run >> runs.txt; for i in 1 2 3; do echo $i; sleep 0.5; done; wc -l < runs.txt"
    script = [Calls(("bash", {"command": command}))]
    async with engine(script):
        session = await dispatched()
        await until(lambda: session.tails.filter(text__contains="1").exists())
    await comes_to(session, Status.PENDING)
    async with engine([Says("It ran once.")]):
        await comes_to(session, Status.COMPLETED)
    assert len(await events(session, "command_started")) == 1
    (ended,) = await events(session, "command_ended")
    assert ended["output"] == "1\n2\n3\n1\n"


async def test_with_one_slot_the_second_session_waits_for_the_first(
    engine: Engine, dispatched: Dispatched
) -> None:
    def script(body: Body) -> Calls | Says:
        return Says("Ready.") if told(body, "tool") else Calls(("bash", {"command": "sleep 1"}))

    async with engine(script, slots=1):
        first, second = await dispatched("First."), await dispatched("Second.")
        await comes_to(first, Status.IN_PROGRESS)
        waiting = await second.tasks.aget()
        assert waiting.status == Status.PENDING
        await comes_to(second, Status.COMPLETED)
    assert (await first.tasks.aget()).ended_at < (await second.tasks.aget()).ended_at  # type: ignore[operator]


async def test_words_that_ask_the_person_something_are_needs_input(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    async with engine([Says("I can do that. Which city do you mean?"), Says("Sunny in Lisbon.")]) as running:
        session = await dispatched("How is the weather?")
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await sync_to_async(conversation.say)(session, "Lisbon", by=alice)
        await comes_to(session, Status.COMPLETED)
        assert told(running.server.requests[1], "user")[-1] == "Lisbon"  # type: ignore[attr-defined]


async def test_a_refused_key_fails_the_task_in_words(engine: Engine, dispatched: Dispatched) -> None:
    async with engine([Fails(401, "Incorrect API key provided.")]):
        task = await comes_to(await dispatched(), Status.FAILED)
    (failed,) = await events(task.session, "failed")
    assert "key" in failed["text"] and "kept" in failed["kept"]
    assert task.failure == failed["text"]


async def test_a_task_that_shall_not_ask_ends_failed_when_it_has_taken_as_many_steps_as_it_may(
    engine: Engine, dispatched: Dispatched, scripted: Any
) -> None:
    scripted.max_steps, scripted.at_limit = 2, "fail"
    await scripted.asave(update_fields=["max_steps", "at_limit"])
    async with engine(lambda body: Calls(("bash", {"command": "true"}))):
        task = await comes_to(await dispatched(), Status.FAILED)
    assert "2 steps" in task.failure
    assert len(await events(task.session, "command_ended")) == 2


async def test_the_demo_asks_builds_and_saves_a_site(
    engine: Engine, dispatched: Dispatched, scripted: Any, alice: User
) -> None:
    scripted.model, scripted.effort = "demo", "quick"
    await scripted.asave(update_fields=["model", "effort"])
    async with engine():
        session = await dispatched("Make a one-page site about a bakery")
        await comes_to(session, Status.WAITING_FOR_INPUT)
        await asyncio.sleep(0)
        await sync_to_async(conversation.say)(session, "Calm", by=alice)
        await comes_to(session, Status.COMPLETED, seconds=60)
    kinds = {event.kind async for event in session.events.all()}
    assert {"file_written", "page_opened", "page_shown", "committed", "artifact_saved"} <= kinds


async def test_the_effort_chosen_for_a_run_is_on_the_wire_and_is_shown_with_the_task(
    engine: Engine, dispatched: Dispatched, alice: User
) -> None:
    async with engine([Says("One."), Says("Two.")], efforts=("low", "high")) as running:
        session = await dispatched("First.")
        await comes_to(session, Status.COMPLETED)
        await sync_to_async(conversation.say)(session, "Second.", by=alice, effort="high")
        await until(lambda: session.tasks.filter(status=Status.COMPLETED).count() == 2)
        first, second = running.server.requests  # type: ignore[attr-defined]
    assert "reasoning_effort" not in first
    assert second["reasoning_effort"] == "high"
    assert [task.effort async for task in session.tasks.order_by("number")] == ["", "high"]


async def test_half_a_character_from_a_model_is_shown_as_such_and_breaks_nothing(
    engine: Engine, dispatched: Dispatched
) -> None:
    async with engine([Says("All \ud83d good.")]):
        task = await comes_to(await dispatched(), Status.COMPLETED)
    assert await events(task.session, "said") == [{"text": "All ? good."}]
