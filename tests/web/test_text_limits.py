from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.test import Client

from sessions_app.models import Status
from sessions_app.models.task import INSTRUCTION_LIMIT
from tests.conftest import SessionMaker
from tests.web.page import soup, text


def test_every_box_for_words_to_an_agent_takes_what_the_server_takes() -> None:
    boxes = [
        found
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        for found in re.findall(r'<textarea[^>]*name="text"[^>]*maxlength="(\d+)"', path.read_text())
    ]
    assert set(boxes) == {str(INSTRUCTION_LIMIT), "5000"}, "the latter where only an answer is written"


def test_a_message_over_the_limit_is_refused_with_both_numbers(
    as_bob: Client, make_session: SessionMaker
) -> None:
    running = make_session(status=Status.IN_PROGRESS)
    page = as_bob.post(f"/s/{running.pk}/messages/", {"text": "x" * 50_001})
    assert "50,001 characters. The limit is 50,000" in text(page, "#composer-error")
    assert not running.messages.exists()
    assert len(soup(page).select("#message")[0].text.strip()) == 50_001, "nothing is lost"
