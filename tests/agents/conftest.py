from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sessions_app.agents.abilities import ChosenModel
from sessions_app.agents.asking import Patience
from sessions_app.agents.connections import Connection, TimeLimits
from sessions_app.agents.endings import Ending
from sessions_app.agents.loop import Work, advance
from sessions_app.agents.providers import Providers

from .languages import LANGUAGES, Language
from .model_server.server import ModelServer
from .notebook import Notebook

QUICK = Patience(
    tries=4, first_delay_seconds=0.01, longest_delay_seconds=0.05, longest_asked_delay_seconds=0.2
)

Worker = Callable[..., Awaitable[Ending]]
Ask = Callable[..., Awaitable[Ending]]


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    """Each of the four languages of model servers."""
    return LANGUAGES[request.param]


@pytest.fixture
def work_on(notebook: Notebook) -> Worker:
    """A new worker takes the notebook and goes on until an ending, with the model of that server."""

    async def work_on(
        server: ModelServer, *, effort: str = "", max_steps: int = 100, silence: float = 5
    ) -> Ending:
        connection = Connection(
            "openai",
            "openai_compatible",
            "Scripted",
            server.base_url,
            "key-of-the-test",
            efforts=(("scripted", ("low", "high")),),
        )
        providers = Providers([connection], limits=TimeLimits(silence_seconds=silence))
        model = await providers.model("openai:scripted", effort=effort)
        return await to_the_end(model, notebook, max_steps=max_steps)

    return work_on


@pytest.fixture
def asked(notebook: Notebook, language: Language) -> Ask:
    """A new worker goes on with the notebook until an ending, over that server."""
    notebook.instruct("Hello.")

    async def asked(server: ModelServer, **wishes: Any) -> Ending:
        providers = Providers([language.connection(server)])
        name = f"here:{language.model}"
        model = await providers.model(name, **wishes)
        return await to_the_end(model, notebook)

    return asked


async def to_the_end(model: ChosenModel, notebook: Notebook, *, max_steps: int = 100) -> Ending:
    """A new worker goes on with the notebook until an ending."""
    work = Work(model, notebook.memory(), notebook, "You are a test.", max_steps=max_steps, patience=QUICK)
    for _ in range(50):
        if (ending := await advance(work)) is not None:
            return ending
    raise AssertionError("The loop does not end.")
