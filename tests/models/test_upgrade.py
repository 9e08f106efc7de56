from __future__ import annotations

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone


def migrated_to(name: str) -> Apps:
    executor = MigrationExecutor(connection)
    executor.migrate([("sessions_app", name)])
    apps: Apps = executor.loader.project_state([("sessions_app", name)]).apps
    return apps


@pytest.mark.django_db(transaction=True)
def test_an_agent_of_before_does_after_the_upgrade_what_it_did() -> None:
    latest = max(
        name for app, name in MigrationExecutor(connection).loader.disk_migrations if app == "sessions_app"
    )
    apps = migrated_to("0001_initial")
    space = apps.get_model("sessions_app", "Space").objects.create(name="Home")
    old = apps.get_model("sessions_app", "Agent")
    old.objects.create(
        space=space, slug="scout", name="Scout", model="openai:gpt-5.1", created_at=timezone.now()
    )
    models = apps.get_model("sessions_app", "LanguageModel")
    models.objects.create(
        name="openai:gpt-5.1", label="gpt-5.1", provider="OpenAI", checked_at=timezone.now()
    )
    apps = migrated_to(latest)
    agent = apps.get_model("sessions_app", "Agent").objects.get(slug="scout")
    assert (agent.model, agent.ask_before, agent.budget_usd) == ("openai:gpt-5.1", {}, None)
    assert not apps.get_model("sessions_app", "LanguageModel").objects.exists()
