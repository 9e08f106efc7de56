from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic_ai.messages import ModelResponse, TextPart
from pydantic_ai.usage import RequestUsage

from sessions_app.models import Agent, ModelCall, Status
from sessions_app.runners.usage import usage_of
from tests.agents.model_server.script import Says
from tests.runners.conftest import Engine, comes_to
from tests.runners.test_drive import Dispatched, events

TOLD = {
    "prompt_tokens": 1_000,
    "completion_tokens": 50,
    "total_tokens": 1_050,
    "prompt_tokens_details": {"cached_tokens": 800},
    "completion_tokens_details": {"reasoning_tokens": 20},
}
PRICED = {**TOLD, "logfire_ai_gateway": {"cost": "0.0125"}}


async def test_what_an_answer_took_is_written_with_it(engine: Engine, dispatched: Dispatched) -> None:
    async with engine([Says("Done.", usage=PRICED)]):
        task = await comes_to(await dispatched(), Status.COMPLETED)
    call = await ModelCall.objects.aget(task=task)
    event = await task.session.events.aget(kind="model_responded")
    assert (call.seq, call.model, call.agent_id) == (event.seq, "openai:scripted", task.session.agent_id)
    assert (call.input_tokens, call.output_tokens, call.cache_read_tokens) == (1_000, 50, 800)
    assert (call.reasoning_tokens, call.cost_usd) == (20, Decimal("0.0125"))
    assert event.payload["usage"] == {
        "input_tokens": 1_000, "output_tokens": 50, "cache_read_tokens": 800, "cache_write_tokens": 0,
        "reasoning_tokens": 20, "cost_usd": "0.01250000",
    }  # fmt: skip
    assert (task.spent_usd, task.unpriced) == (Decimal("0.0125"), 0)


@pytest.mark.parametrize("usage", [TOLD, None])
async def test_a_price_that_nobody_knows_is_unknown_and_not_nothing(
    engine: Engine, dispatched: Dispatched, usage: dict[str, object] | None
) -> None:
    async with engine([Says("Done.", usage=usage)]):
        task = await comes_to(await dispatched(), Status.COMPLETED)
    call = await ModelCall.objects.aget(task=task)
    assert (call.cost_usd, task.unpriced) == (None, 1)
    assert call.input_tokens == (1_000 if usage else None)


async def test_the_demo_costs_nothing(engine: Engine, dispatched: Dispatched, scripted: Agent) -> None:
    scripted.model = "demo"
    await scripted.asave(update_fields=["model"])
    async with engine():
        task = await comes_to(await dispatched("Hello."), Status.COMPLETED)
    assert await ModelCall.objects.filter(task=task, cost_usd=0).aexists()
    assert (task.spent_usd, task.unpriced) == (Decimal(0), 0)
    assert await events(task.session, "said")


@pytest.mark.parametrize("cost", ["-1", "NaN", "1e30"])
def test_a_price_that_makes_no_sense_is_not_believed(cost: str) -> None:
    said = ModelResponse([TextPart("x")], usage=RequestUsage(input_tokens=-5, output_tokens=2**80))
    usage = usage_of(said, Decimal(cost))
    assert (usage.cost_usd, usage.input_tokens, usage.output_tokens) == (None, 0, 2**40)
