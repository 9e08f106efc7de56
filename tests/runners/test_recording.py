"""What models and programs say is hostile. It is written down, or the task would break on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart

from sessions_app.agents.endings import Answered
from sessions_app.agents.ports import Asked, Choice, ToolResult
from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec
from sessions_app.models import Status, Tail
from sessions_app.models.attempt import claim
from sessions_app.runners import endings
from sessions_app.runners.holding import Holding
from sessions_app.runners.recording import RowRecord
from sessions_app.runners.room import ComputerRoom
from tests.conftest import SessionMaker
from tests.runners.conftest import until

ODD = "a\x00b\ud83dc"  # what no database holds
MENDED = "a\ufffdb?c"


@pytest.fixture
def holding(make_session: SessionMaker, tmp_path: Path) -> Holding:
    task = make_session().latest_task
    assert task
    attempt = claim(task, worker="test")
    assert attempt
    return Holding(task, attempt, BlobStore(tmp_path / "blobs"))


@pytest.fixture
def record(holding: Holding, tmp_path: Path) -> RowRecord:
    return RowRecord(holding, ComputerRoom(LocalComputers(tmp_path), ComputerSpec(), holding.session))


def call(name: str = "bash") -> ToolCallPart:
    return ToolCallPart(name, {"command": ODD}, "call_1")


def test_an_answer_and_a_result_with_odd_characters_are_kept(record: RowRecord, holding: Holding) -> None:
    response = ModelResponse(parts=[TextPart(ODD), call()])
    async_to_sync(record.responded)(response, seconds=0.1, thought_seconds=None, cost_usd=None)
    async_to_sync(record.returned)(call(), ToolResult(ODD))
    told = {event.kind: event.payload for event in holding.session.events.all()}
    assert (told["said"]["text"], told["returned"]["text"]) == (MENDED, MENDED)


def test_a_step_and_its_live_output_with_odd_characters_are_shown(
    record: RowRecord, holding: Holding
) -> None:
    desk = record.desk(call())
    async_to_sync(desk.open_step)("command_started", command=ODD, boot="b")
    holding.task.look_again()
    assert holding.task.doing == MENDED

    async def show() -> None:
        await desk.live(ODD)
        await until(Tail.objects.exists)

    async_to_sync(show)()
    assert Tail.objects.get().text == MENDED


def test_a_question_with_odd_characters_can_be_answered(record: RowRecord, holding: Holding) -> None:
    asked = Asked(ODD, "choose_one", (Choice(ODD, ODD), Choice("No")))
    async_to_sync(record.ask)(call("ask_user"), asked)
    question = holding.session.questions.get()
    assert question.text == MENDED
    assert question.choices[0]["label"] == MENDED


def test_a_last_word_with_odd_characters_asks(holding: Holding) -> None:
    async_to_sync(endings.answered)(holding, Answered(ODD, question=ODD))
    assert (holding.task.status, holding.session.questions.get().text) == (Status.WAITING_FOR_INPUT, MENDED)


def test_a_fault_with_odd_characters_is_written_down(holding: Holding) -> None:
    async_to_sync(endings.fail)(holding, RuntimeError(ODD))
    assert holding.task.status == Status.FAILED
    assert holding.session.events.get(kind="failed").payload["detail"] == f"RuntimeError: {MENDED}"
