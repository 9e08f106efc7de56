"""Finding models, and making one ready to be asked.

pydantic-ai and the providers' libraries cost half a second and 60 MB. They are imported when the first model
is needed, in a thread: importing this module costs neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from . import ollama, openai_compatible
from .abilities import ChosenModel, ModelAbility
from .endings import ModelMissing
from .in_turn import in_turn
from .listing import ListingFailed, server_name
from .provider_settings import ProviderSettings

if TYPE_CHECKING:
    from pydantic_ai.models import Model

DEMO = "demo"


class Providers:
    """All models that can be reached from here."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings
        self._models: dict[str, Model] = {}

    async def discover(self) -> Sequence[ModelAbility]:
        """What there is now. A server that cannot be asked is a note on its models, never an exception."""
        found = await asyncio.gather(
            openai_compatible.discover(self._settings), ollama.discover(self._settings)
        )
        return [await self._ability(DEMO), *(ability for abilities in found for ability in abilities)]

    async def model(self, name: str, *, effort: str = "") -> ChosenModel:
        """The model of that name. An effort that it does not have is left out. Raises ModelMissing."""
        ability = await self._ability(name)
        effort = effort if effort in {level.value for level in ability.efforts} else ""
        if name == DEMO:
            return await in_turn(_demo, ability, effort)
        return await in_turn(self._choose, ability, effort)

    async def _ability(self, name: str) -> ModelAbility:
        provider, _, model = name.partition(":")
        if name == DEMO:
            return await in_turn(_demo_ability)
        if provider == "openai" and model and self._settings.uses_openai:
            return await in_turn(openai_compatible.ability, model, self._settings, {})
        if provider == "ollama" and model and self._settings.ollama_url:
            try:
                shown = await ollama.show(model, self._settings)
            except ListingFailed as failed:
                if failed.status == 404:
                    raise ModelMissing(f"Ollama has no model called {model}.") from failed
                shown = {}
            return ollama.ability(model, self._settings, shown)
        raise ModelMissing(f"No model called {name} is set up here.")

    def _choose(self, ability: ModelAbility, effort: str) -> ChosenModel:
        from . import adapters

        provider, _, name = ability.name.partition(":")
        make: Callable[[str, ProviderSettings], Model]
        make = adapters.ollama_model if provider == "ollama" else adapters.openai_model
        if ability.name not in self._models:
            self._models[ability.name] = make(name, self._settings)
        model = self._models[ability.name]
        server = "Ollama" if provider == "ollama" else server_name(self._settings.openai_url)
        return ChosenModel(
            ability, model, server, adapters.request_settings(self._settings, model, effort=effort)
        )


def _demo(ability: ModelAbility, effort: str) -> ChosenModel:
    from .demo.model import DemoModel

    return ChosenModel(ability, DemoModel(effort or None), "The demo", {}, elsewhere=False)


def _demo_ability() -> ModelAbility:
    from .demo.effort import EFFORTS

    note = "Built in. It plays a small set of tasks without any AI, to show how work looks here."
    return ModelAbility(DEMO, "Demo (no AI)", "Built in", efforts=EFFORTS, sees_images=True, note=note)
