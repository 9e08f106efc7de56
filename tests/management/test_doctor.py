from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from sessions_app.models import Connection, Space
from tests.agents.model_server.server import serving
from tests.management.test_environment import NOTHING

pytestmark = pytest.mark.sandbox


def said() -> list[str]:
    out = io.StringIO()
    call_command("doctor", stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture(autouse=True)
def alone(settings: Settings) -> None:
    """The environment names no models."""
    for name, value in NOTHING.items():
        setattr(settings, name, value)


def added(space: Space, url: str, label: str) -> Connection:
    row = Connection(space=space, slug=label.lower(), label=label, provider="openai_compatible", base_url=url)
    row.put_key("sk-harbour-0123456789abcdef")
    row.save()
    return row


def test_the_doctor_says_how_the_connections_of_spaces_do(transactional_db: Any, space: Space) -> None:
    with serving(models=[{"id": "one"}, {"id": "two"}]) as server:
        added(space, server.base_url, "Den")
        added(space, "http://127.0.0.1:9/v1", "Attic")
        Connection.objects.filter(pk=added(space, server.base_url, "Cellar").pk).update(sealed_key="broken")
        lines = said()
    assert [line for line in lines if line.startswith("Connection ")] == [
        "Connection Den of Harbour: ready, with 2 of 2 models",
        "Connection Attic of Harbour: 127.0.0.1:9 does not answer.",
        "Connection Cellar of Harbour: Its key was sealed with another key. Enter it again.",
    ]
    assert lines[-1] == "Computers: ready. Commands run in a sandbox."
    for tried in ("Browser: /", "Desktop: A desktop starts", "Landlock: Version", "Disk: ", "Fonts: "):
        assert any(line.startswith(tried) for line in lines), lines
    assert "sk-harbour" not in "".join(lines)
