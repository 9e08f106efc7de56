from __future__ import annotations

import logging

import pytest
from django.db import connection
from django.test import Client

from tests.conftest import SessionMaker
from tests.web.page import text


def test_what_is_not_there_leads_back(as_alice: Client) -> None:
    page = as_alice.get("/nowhere/")
    assert page.status_code == 404
    assert text(page, ".card a") == "Back to sessions"


def test_a_page_that_breaks_gives_the_reference_that_the_log_has(
    as_alice: Client, make_session: SessionMaker, caplog: pytest.LogCaptureFixture
) -> None:
    make_session()
    as_alice.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sessions_app_question RENAME TO gone")
    with caplog.at_level(logging.ERROR, logger="sessions_app.web.errors"):
        page = as_alice.get("/sessions/")
    assert page.status_code == 500
    words = text(page, ".card p")
    reference = words.rstrip(".").rsplit(" ", 1)[1]
    assert len(reference) == 8
    assert any(reference in record.getMessage() for record in caplog.records)


def test_a_port_that_there_cannot_be_is_no_fault_of_ours(client: Client, db: None) -> None:
    assert client.get("/login/", headers={"host": "localhost:99999"}).status_code == 200
