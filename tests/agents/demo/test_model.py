from __future__ import annotations

import pytest
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from sessions_app.agents.demo.effort import CHECKS, EFFORTS
from sessions_app.agents.demo.model import DemoModel
from sessions_app.agents.final_question import question_in
from sessions_app.agents.tools.registry import definitions

ALL_TOOLS = ModelRequestParameters(function_tools=list(definitions()))


def told(*texts: str) -> list[ModelMessage]:
    return [ModelRequest(parts=[UserPromptPart(text)]) for text in texts]


async def respond(
    messages: list[ModelMessage], parameters: ModelRequestParameters = ALL_TOOLS, **settings: object
) -> ModelResponse:
    given = ModelSettings(**settings)  # type: ignore[typeddict-item]
    return await model_request(
        DemoModel(), messages, model_settings=given, model_request_parameters=parameters
    )


async def test_it_says_that_it_is_a_demo_and_how_to_add_a_real_model() -> None:
    text = (await respond(told("What can you do?"))).parts[0]
    assert isinstance(text, TextPart)
    assert "no AI is involved" in text.content
    assert "export OPENAI_API_KEY=" in text.content
    assert "make run" in text.content
    assert "Ollama" in text.content


async def test_its_last_word_asks_nothing() -> None:
    for instruction in ("hello", "Lovely weather, is it not?", "make it shorter"):
        (text,) = (await respond(told(instruction))).parts
        assert isinstance(text, TextPart)
        assert question_in(text.content) is None


async def test_a_greeting_beside_a_task_is_passed_over() -> None:
    (call,) = (await respond(told("Hello! Run `ls`, please. Thank you!"))).tool_calls
    assert call.args_as_dict() == {"command": "ls"}


async def test_work_in_several_sentences_that_it_cannot_do_is_one_question() -> None:
    (call,) = (await respond(told("Research our competitors. Write a one-page summary."))).tool_calls
    assert call.tool_name == "ask_user"
    assert "“Research our competitors. Write a one-page summary.”" in call.args_as_dict()["question"]


async def test_its_text_comes_in_pieces_that_make_up_the_whole() -> None:
    async with model_request_stream(DemoModel(), told("hello"), model_request_parameters=ALL_TOOLS) as stream:
        events = [event async for event in stream]
        whole = stream.get()
    starts = [event for event in events if isinstance(event, PartStartEvent)]
    deltas = [event for event in events if isinstance(event, PartDeltaEvent)]
    assert len(starts) == 1
    assert len(deltas) > 3
    assert whole.parts == (await respond(told("hello"))).parts
    assert whole.finish_reason == "stop"
    assert whole.state == "complete"


async def test_a_streamed_call_is_the_same_call() -> None:
    async with model_request_stream(
        DemoModel(), told("run `ls`"), model_request_parameters=ALL_TOOLS
    ) as stream:
        async for _ in stream:
            pass
        (call,) = stream.get().tool_calls
    assert (call.tool_name, call.args_as_dict()) == ("bash", {"command": "ls"})


async def test_every_call_has_an_id_of_its_own() -> None:
    responses = [await respond(told("run `ls`")) for _ in range(3)]
    assert len({call.tool_call_id for response in responses for call in response.tool_calls}) == 3


async def test_an_effort_it_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="quick, careful, thorough"):
        DemoModel("high")


def test_every_effort_has_its_checks() -> None:
    assert [effort.value for effort in EFFORTS] == list(CHECKS)


async def test_without_its_tools_it_says_what_it_may_not_use() -> None:
    (text,) = (await respond(told("run `ls`"), ModelRequestParameters())).parts
    assert isinstance(text, TextPart)
    assert text.content == "I could not run `ls`: This agent may not use bash."


async def test_two_requests_with_the_same_history_get_the_same_answer() -> None:
    first, second = [await respond(told("make a site about tea")) for _ in range(2)]
    assert [(type(part), getattr(part, "args", None)) for part in first.parts] == [
        (type(part), getattr(part, "args", None)) for part in second.parts
    ]
    assert any(isinstance(part, ToolCallPart) for part in first.parts)


async def test_a_history_that_another_model_wrote_does_not_trip_it() -> None:
    foreign = ModelResponse(parts=[ToolCallPart("read_file", "{broken")])
    text = (await respond([*told("run `ls`"), foreign])).parts[0]
    assert isinstance(text, TextPart)
    assert "I stop here" in text.content
