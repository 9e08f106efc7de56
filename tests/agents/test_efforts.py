"""Each level of effort, as it goes over the wire to models that are told in different ways."""

from __future__ import annotations

from typing import Any

import pytest

from sessions_app.agents.loop import Work, advance
from sessions_app.agents.providers import Providers

from .conftest import QUICK
from .languages import ANTHROPIC, GOOGLE, RESPONSES, Language
from .model_server.script import Body, Says
from .model_server.server import serving
from .notebook import Notebook

AS_IT_SEES_FIT = {"type": "adaptive", "display": "summarized"}


@pytest.mark.parametrize(
    ("model", "effort", "thinking", "output"),
    [
        ("claude-opus-5", "xhigh", AS_IT_SEES_FIT, {"effort": "xhigh"}),
        ("claude-opus-5", "none", {"type": "disabled"}, None),
        ("claude-opus-5", "", AS_IT_SEES_FIT, None),
        ("claude-sonnet-4-6", "", None, None),
        ("claude-sonnet-4-6", "none", None, None),
        ("claude-haiku-4-5", "low", {"type": "enabled", "budget_tokens": 2048}, None),
        ("claude-haiku-4-5", "none", None, None),
        ("claude-3-haiku-20240307", "high", None, None),
    ],
)
async def test_anthropics_newer_models_take_a_word_and_older_ones_a_budget(
    notebook: Notebook, model: str, effort: str, thinking: Body | None, output: Body | None
) -> None:
    request = await sent(ANTHROPIC, notebook, model=model, effort=effort)
    assert (request.get("thinking"), request.get("output_config")) == (thinking, output)


@pytest.mark.parametrize(
    ("model", "effort", "thinking"),
    [
        ("gemini-3-flash-preview", "minimal", {"include_thoughts": True, "thinking_level": "MINIMAL"}),
        ("gemini-3-flash-preview", "", {"include_thoughts": True}),
        ("gemini-3-pro-preview", "low", {"include_thoughts": True, "thinking_level": "LOW"}),
        ("gemini-2.5-flash", "none", {"thinking_budget": 0}),
        ("gemini-2.5-flash", "low", {"include_thoughts": True, "thinking_budget": 2048}),
        ("gemini-2.0-flash", "high", None),
    ],
)
async def test_googles_newer_models_take_a_level_and_older_ones_a_budget(
    notebook: Notebook, model: str, effort: str, thinking: Body | None
) -> None:
    request = await sent(GOOGLE, notebook, model=model, effort=effort)
    assert request["generationConfig"].get("thinkingConfig") == thinking


@pytest.mark.parametrize(
    ("model", "effort", "reasoning"),
    [("gpt-5.1", "none", "none"), ("gpt-5", "minimal", "minimal"), ("gpt-4.1", "high", None)],
)
async def test_openais_models_take_a_word(
    notebook: Notebook, model: str, effort: str, reasoning: str | None
) -> None:
    request = await sent(RESPONSES, notebook, model=model, effort=effort)
    assert request.get("reasoning", {}).get("effort") == reasoning


@pytest.mark.parametrize(
    ("model", "effort", "summary"),
    [("gpt-5.1", "high", "auto"), ("gpt-5", "", "auto"), ("gpt-5.1", "", None), ("gpt-4.1", "", None)],
)
async def test_openai_is_asked_to_show_what_it_thinks_where_it_does(
    notebook: Notebook, model: str, effort: str, summary: str | None
) -> None:
    request = await sent(RESPONSES, notebook, model=model, effort=effort)
    assert request.get("reasoning", {}).get("summary") == summary


async def sent(language: Language, notebook: Notebook, *, model: str, effort: str) -> dict[str, Any]:
    """What the server was sent when that model was asked with that effort."""
    notebook.instruct("Hello.")
    with serving([Says("Hello.")]) as server:
        chosen = await Providers([language.connection(server)]).model(f"here:{model}", effort=effort)
        await advance(
            Work(chosen, notebook.memory(), notebook, "You are a test.", max_steps=100, patience=QUICK)
        )
    (request,) = server.requests
    return request
