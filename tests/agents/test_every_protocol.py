"""What every model server must be good for, in each of the four languages over real HTTP."""

from __future__ import annotations

from decimal import Decimal

from pydantic_ai.messages import ModelResponse, ThinkingPart

from sessions_app.agents.abilities import ChosenModel
from sessions_app.agents.endings import (
    Answered,
)
from sessions_app.agents.entries import Responded, Returned
from sessions_app.agents.loop import Work, advance
from sessions_app.agents.prices import price_of
from sessions_app.agents.providers import Providers

from .conftest import QUICK, Ask
from .conversation import called
from .languages import Language
from .model_server.script import Calls, Reply, Says, Usage
from .model_server.server import serving
from .notebook import Notebook

PROGRESS = ("report_progress", {"text": "Half of it.", "percent": 50})


async def test_it_answers_in_words_that_are_seen_as_they_come(notebook: Notebook, asked: Ask) -> None:
    with serving([Says("One two three.", pause_seconds=0.2)]) as server:
        assert await asked(server) == Answered("One two three.")
    assert notebook.said[0] == "One"
    assert notebook.said[-1] == "One two three."
    assert len(notebook.said) >= 3
    assert "You are a test." in str(server.requests[0])


async def test_the_key_goes_to_the_server(language: Language, asked: Ask) -> None:
    with serving([Says("Hello.")]) as server:
        await asked(server)
    assert server.keys == [language.key_header]


async def test_a_call_is_made_and_its_result_sent_back(language: Language, asked: Ask) -> None:
    with serving([Calls(PROGRESS, text="Wait."), Says("Done.")]) as server:
        assert await asked(server) == Answered("Done.")
    (result,) = language.results(server.requests[1]).values()
    assert "Noted." in result
    assert "report_progress" in str(server.requests[0]["tools"])


async def test_calls_at_once_are_each_answered(notebook: Notebook, language: Language, asked: Ask) -> None:
    calls = [(*PROGRESS, f"call_{number}") for number in range(3)]
    with serving([Calls(*calls), Says("Done.")]) as server:
        await asked(server)
    assert list(language.results(server.requests[1])) == ["call_0", "call_1", "call_2"]
    assert len(notebook.progress) == 3


async def test_a_picture_in_a_result_reaches_the_model(
    notebook: Notebook, language: Language, asked: Ask
) -> None:
    notebook.entries.append(called("open_page", "c1"))
    notebook.entries.append(Returned("c1", "Page: Boats", image=notebook.keep(b"shot")))
    with serving([Says("A boat.")]) as server:
        await asked(server)
    assert language.images(server.requests[0]) == ["data:image/jpeg;base64,c2hvdA=="]
    assert "Page: Boats" in str(server.requests[0])


async def test_a_thought_is_seen_as_it_comes(notebook: Notebook, asked: Ask) -> None:
    with serving([Says("Hello.", thinks="One two three.", pause_seconds=0.2)]) as server:
        await asked(server, effort="high")
    assert "One" in [thought.text for thought in notebook.thoughts]
    assert (notebook.thoughts[-1].text, notebook.thoughts[-1].over) == ("One two three.", True)
    assert len(notebook.thoughts) >= 3


async def test_a_thought_is_kept_and_its_signature_sent_back(
    notebook: Notebook, language: Language, asked: Ask
) -> None:
    script: list[Reply] = [Calls(PROGRESS, thinks="What if?", signature="signed"), Says("Done.")]
    with serving(script) as server:
        await asked(server, effort="high")
    (thought,) = [part for part in response(notebook, 0).parts if isinstance(part, ThinkingPart)]
    assert thought.content == "What if?"
    sent_back = language.signatures(server.requests[1])
    assert sent_back == ([] if language.provider == "openai_compatible" else ["signed"])


async def test_an_effort_is_sent_in_the_words_of_the_language(language: Language, asked: Ask) -> None:
    with serving(lambda _: Says("Hello.")) as server:
        await asked(server, effort="high")
    assert language.effort(server.requests[0]) == language.high


async def test_a_temperature_is_sent(language: Language, asked: Ask) -> None:
    with serving(lambda _: Says("Hello.")) as server:
        await asked(server, temperature=0.2)
    assert language.temperature(server.requests[0]) == 0.2


async def test_without_a_temperature_none_is_sent(language: Language, asked: Ask) -> None:
    with serving(lambda _: Says("Hello.")) as server:
        await asked(server)
    assert language.temperature(server.requests[0]) is None


async def test_what_was_used_is_read_with_what_the_cache_saved(notebook: Notebook, asked: Ask) -> None:
    with serving([Says("Hello.", usage=Usage(given=1000, made=50, from_cache=800))]) as server:
        await asked(server)
    usage = response(notebook, 0).usage
    assert (usage.input_tokens, usage.output_tokens, usage.cache_read_tokens) == (1000, 50, 800)


async def test_an_answer_costs_what_its_model_costs(notebook: Notebook, language: Language) -> None:
    notebook.instruct("Hello.")
    with serving([Says("Hello.", usage=Usage(given=1_000_000, made=0))]) as server:
        chosen = await Providers([language.connection(server)]).model(f"here:{language.model}")
        await advance(work_with(chosen, notebook))
    price = price_of(response(notebook, 0), chosen.ability)
    assert price == chosen.ability.price_in
    known = {"openai": Decimal("1.25"), "anthropic": Decimal(3), "google": Decimal("0.5")}
    assert price == known.get(language.provider)


def work_with(chosen: ChosenModel, notebook: Notebook) -> Work:
    return Work(chosen, notebook.memory(), notebook, "You are a test.", max_steps=100, patience=QUICK)


def response(notebook: Notebook, place: int) -> ModelResponse:
    """The answer that was kept at that place, as a later worker reads it."""
    responded = [entry for entry in notebook.entries if isinstance(entry, Responded)]
    kept = responded[place].response
    assert isinstance(kept, ModelResponse)
    return kept
