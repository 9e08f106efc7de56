from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from sessions_app.computers.local.places import Places
from sessions_app.models import Computer, Session


@pytest.fixture
def folder(session: Session, settings: Settings) -> Iterator[Path]:
    """The workspace of the session's computer, which sleeps."""
    computer = Computer.objects.create(session=session, boot="first")
    places = Places(settings.COMPUTERS_DIR)
    place = places.of(computer.uuid.hex)
    places.prepare(place)
    yield place.workspace
    places.discard(place)
