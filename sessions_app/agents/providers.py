"""Finding models, and making one ready to be asked.

pydantic-ai and the providers' libraries cost half a second and 60 MB. They are imported when the first model
is needed, in a thread: importing this module costs neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from .abilities import ChosenModel, ModelAbility, Wishes
from .connections import Connection, Provider, TimeLimits
from .demo.ability import DEMO_ABILITY
from .endings import ModelMissing
from .in_turn import in_turn
from .servers import anthropic, google, ollama, openai
from .servers.listing import Listing, ListingFailed, Said, Server
from .trial import Trial, try_out

if TYPE_CHECKING:
    from pydantic_ai.models import Model

DEMO = "demo"

Find: TypeAlias = Callable[[str, int], Awaitable[Connection | None]]  # slug, id of the space

_SERVERS: dict[Provider, Server] = {
    "openai": openai,
    "openai_compatible": openai,
    "anthropic": anthropic,
    "google": google,
    "ollama": ollama,
}


class Providers:
    """All models that can be reached from here.

    `fixed` are the connections that every space may use. `find` looks up a space's own; it is asked for each
    model, so that a changed key or address is used from the next task on.
    """

    def __init__(
        self, fixed: Sequence[Connection] = (), find: Find | None = None, *, limits: TimeLimits | None = None
    ) -> None:
        self.fixed = {connection.slug: connection for connection in fixed}
        self._find = find
        self._limits = limits or TimeLimits()
        self._models: dict[tuple[int, str], tuple[Connection, Model]] = {}

    async def discover(self) -> Sequence[ModelAbility]:
        """The models that every space may use. A server that cannot be asked leaves a note."""
        listings = await asyncio.gather(*(self.abilities(connection) for connection in self.fixed.values()))
        found = [DEMO_ABILITY]
        for connection, listing in zip(self.fixed.values(), listings, strict=True):
            found += listing.models or _placeholder(connection, listing)
        return found

    async def abilities(self, connection: Connection) -> Listing:
        """What a connection offers, with what each model can do. Never an exception."""
        server = _SERVERS[connection.provider]
        try:
            listed = await server.listed(connection, self._limits)
        except ListingFailed as failed:
            # A server without a list may serve models all the same; one that refuses the key does not.
            if connection.models and failed.status is not None and not failed.refused:
                return await in_turn(_listing, server, connection, {name: {} for name in connection.models})
            return Listing([_unlisted(name, connection, failed) for name in connection.models], str(failed))
        names = connection.models or tuple(listed)
        if not names:
            return Listing(reason=f"{connection.server} lists no models.")
        return await in_turn(_listing, server, connection, {name: listed.get(name, {}) for name in names})

    async def test(self, connection: Connection) -> Trial:
        """One tiny request to the first model that can be used, and what came of it. Never an exception."""
        listing = await self.abilities(connection)
        usable = [ability for ability in listing.models if ability.available]
        if not usable:
            notes = [listing.reason, *(ability.note for ability in listing.models)]
            return Trial(ok=False, words=next(filter(None, notes), "There is no model to ask."))
        return await try_out(await self._chosen(usable[0], connection, Wishes(), space=0))

    async def model(
        self,
        name: str,
        *,
        effort: str = "",
        temperature: float | None = None,
        space: int = 0,
        conversation: str = "",
    ) -> ChosenModel:
        """The model of that name, as that space may use it. Raises ModelMissing.

        An effort that it does not have is left out; a temperature that it does not take too, and said.
        `conversation` is the same for questions that grow out of each other: some servers cache by it.
        """
        if name == DEMO:
            return await in_turn(_demo, effort)
        slug, _, model = name.partition(":")
        connection = self.fixed.get(slug)
        if connection is None and self._find is not None:
            connection = await self._find(slug, space)
        if connection is None or not model:
            raise ModelMissing(f"No model called {name} is set up here.")
        ability = await self._ability(model, connection)
        known = effort if effort in {level.value for level in ability.efforts} else ""
        return await self._chosen(ability, connection, Wishes(known, temperature, conversation), space=space)

    async def _ability(self, name: str, connection: Connection) -> ModelAbility:
        said: Said = {}
        if connection.provider == "ollama":
            try:
                said = await ollama.show(name, connection, self._limits)
            except ListingFailed as failed:
                if failed.status == 404:
                    raise ModelMissing(f"Ollama has no model called {name}.") from failed
        return await in_turn(_SERVERS[connection.provider].ability, name, connection, said)

    async def _chosen(
        self, ability: ModelAbility, connection: Connection, wishes: Wishes, *, space: int
    ) -> ChosenModel:
        def choose() -> ChosenModel:
            from .request_settings import settle

            model = self._made(ability, connection, space)
            settled = settle(model, self._limits, wishes)
            return ChosenModel(
                ability,
                model,
                connection.server,
                settled.settings,
                adjusted=settled.adjusted,
                key=connection.api_key,
            )

        return await in_turn(choose)

    def _made(self, ability: ModelAbility, connection: Connection, space: int) -> Model:
        """The adapter, made once for as long as its connection stays the same."""
        from . import adapters

        of, model = self._models.get((space, ability.name), (None, None))
        if model is None or of != connection:
            name = ability.name.removeprefix(f"{connection.slug}:")
            model = adapters.make(name, connection, self._limits)
            self._models[space, ability.name] = connection, model
        return model


def _listing(server: Server, connection: Connection, said: dict[str, Said]) -> Listing:
    return Listing([server.ability(name, connection, what) for name, what in said.items()])


def _unlisted(name: str, connection: Connection, failed: ListingFailed) -> ModelAbility:
    full_name = connection.full_name(name)
    return ModelAbility(full_name, name, connection.server, available=False, note=str(failed))


def _placeholder(connection: Connection, listing: Listing) -> Sequence[ModelAbility]:
    """A note in place of the models. No Ollama where nobody said that one runs is nothing to mention."""
    if connection.provider == "ollama" and not connection.base_url:
        return ()
    name, server = connection.full_name(""), connection.server
    return [ModelAbility(name, server, server, available=False, note=listing.reason)]


def _demo(effort: str) -> ChosenModel:
    from .demo.model import DemoModel

    known = effort if effort in {level.value for level in DEMO_ABILITY.efforts} else ""
    return ChosenModel(
        DEMO_ABILITY, DemoModel(known or None), "The demo", {}, elsewhere=False, summarises=False
    )
