"""Who thinks with the models of a connection: while somebody does, it stays; when it fails, they are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .agent import Agent
from .connection import Connection
from .lifecycle import LIVE
from .space import Space
from .task import Task

NAMED = 3  # agents that are named; the others are counted


@dataclass(frozen=True)
class Use:
    """What thinks with a connection's models in a space: agents, new agents by default, work under way."""

    agents: tuple[Agent, ...] = ()
    by_default: bool = False
    tasks: int = 0

    def __bool__(self) -> bool:
        return bool(self.agents or self.by_default or self.tasks)


@dataclass(frozen=True)
class Failing:
    """A connection that does not work, and the agents of a space that cannot think meanwhile."""

    connection: Connection
    agents: tuple[Agent, ...]

    @property
    def who(self) -> str:
        """The agents in words, however many there are."""
        names = [agent.name for agent in self.agents]
        if len(names) > NAMED:
            return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
        return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def use_of(connection: Connection, space: Space) -> Use:
    prefix = f"{connection.slug}:"
    under_way = Task.objects.filter(session__space=space, status__in=sorted(LIVE), model__startswith=prefix)
    return Use(
        agents=_thinking_with(connection, _agents_of(space.pk)),
        by_default=space.default_model.startswith(prefix),
        tasks=under_way.count(),
    )


class ConnectionInUse(Exception):
    """Something thinks with its models: it stays."""


def remove(connection: Connection, space: Space) -> None:
    """Delete a connection of this space with its key. Raises ConnectionInUse."""
    if use_of(connection, space):
        raise ConnectionInUse
    connection.delete()


def failing_in(space_id: int) -> list[Failing]:
    """The connections that do not work though agents of this space think with them."""
    broken = list(Connection.objects.known_in(space_id).filter(ok=False))
    if not broken:
        return []
    agents = _agents_of(space_id)
    found = (Failing(connection, _thinking_with(connection, agents)) for connection in broken)
    return [failing for failing in found if failing.agents]


def _agents_of(space_id: int) -> list[Agent]:
    return list(Agent.objects.filter(space=space_id).select_related("space"))


def _thinking_with(connection: Connection, agents: Iterable[Agent]) -> tuple[Agent, ...]:
    return tuple(agent for agent in agents if agent.thinks_with.startswith(f"{connection.slug}:"))
