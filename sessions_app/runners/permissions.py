"""What an agent may do without asking, read from the rows as they are now."""

from __future__ import annotations

from typing import cast

from sessions_app.agents.policy import Need, Policy, Rule
from sessions_app.models import Agent, Grant, Task
from sessions_app.models.agent import NetworkMode


def policy_of(task: Task) -> Policy:
    """Of the agent, with what was granted to it and to this task's session. Read anew at each use."""
    asks, network = Agent.objects.values_list("ask_before", "network").get(sessions=task.session_id)
    granted = Grant.objects.of_task(task).values_list("rule", "subject")
    domains = asks.get("domains")
    return Policy(
        domains=None if domains is None else tuple(domains),
        shell_patterns=tuple(asks.get("shell_patterns", ())),
        git_push=asks.get("git_push", False),
        forms=asks.get("forms", False),
        spending=asks.get("spending", False),
        screen=asks.get("screen", False),
        offline=network == NetworkMode.NONE,
        granted=frozenset(Need(cast(Rule, rule), subject) for rule, subject in granted),
    )
