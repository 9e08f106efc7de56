from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from sessions_app.agents.asking import Patience
from sessions_app.agents.endings import Ending
from sessions_app.agents.loop import Work, advance
from sessions_app.agents.provider_settings import ProviderSettings
from sessions_app.agents.providers import Providers

from .notebook import Notebook
from .openai_server import ModelServer

QUICK = Patience(
    tries=4, first_delay_seconds=0.01, longest_delay_seconds=0.05, longest_asked_delay_seconds=0.2
)

Worker = Callable[..., Awaitable[Ending]]


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def work_on(notebook: Notebook) -> Worker:
    """A new worker takes the notebook and goes on until an ending, with the model of that server."""

    async def work_on(
        server: ModelServer, *, effort: str = "", max_steps: int = 100, silence: float = 5
    ) -> Ending:
        settings = ProviderSettings(
            openai_api_key="key-of-the-test",
            openai_base_url=server.base_url,
            ollama_url="",
            model_efforts={"scripted": ("low", "high")},
            silence_timeout_seconds=silence,
        )
        model = await Providers(settings).model("openai:scripted", effort=effort)
        work = Work(
            model, notebook.memory(), notebook, "You are a test.", max_steps=max_steps, patience=QUICK
        )
        for _ in range(50):
            if (ending := await advance(work)) is not None:
                return ending
        raise AssertionError("The loop does not end.")

    return work_on
