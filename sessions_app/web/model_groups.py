from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sessions_app.models import Connection, LanguageModel
from sessions_app.models.language_model import offered_in


@dataclass(frozen=True)
class Group:
    """The models of one connection; without a connection, those that are built in."""

    connection: Connection | None
    models: tuple[LanguageModel, ...]

    @property
    def label(self) -> str:
        return self.connection.label if self.connection else "Built in"

    @property
    def broken(self) -> bool:
        return self.connection is not None and self.connection.ok is False

    @property
    def usable(self) -> int:
        return sum(model.available for model in self.models)


def groups_in(space_id: int) -> list[Group]:
    """Every connection that a space knows with its models, and last the built-in ones."""
    models = list(offered_in(space_id))
    connections: list[Connection | None] = [*Connection.objects.known_in(space_id), None]
    return [_group(connection, models) for connection in connections]


def _group(connection: Connection | None, models: Iterable[LanguageModel]) -> Group:
    pk = connection.pk if connection else None
    return Group(connection, tuple(model for model in models if model.connection_id == pk))
