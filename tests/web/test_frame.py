from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from sessions_app.models import Agent, Finding, Status
from tests.conftest import SessionMaker
from tests.web.page import soup, text, texts

PAGES = [
    "/sessions/",
    "/agents/builder/",
    "/agents/builder/settings/",
    "/account/",
    "/machine/",
    "/models/",
    "/models/new/",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_one_heading_a_main_part_and_a_way_past_the_menu(
    as_alice: Client, agent: Agent, address: str
) -> None:
    page = soup(as_alice.get(address))
    assert len(page.select("h1")) == len(page.select("main#main")) == 1
    assert page.select("a.skip[href='#main']")
    assert page.select("#announce[role=status]")
    ids = [str(found["id"]) for found in page.select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", [*PAGES, "/login/", "/nowhere/"])
def test_pages_load_nothing_that_is_not_ours(as_alice: Client, agent: Agent, address: str) -> None:
    response = as_alice.get(address)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_frames_show_the_content_origin_only(as_alice: Client) -> None:
    policy = as_alice.get("/sessions/", headers={"host": "localhost:8000"})["Content-Security-Policy"]
    assert f"frame-src http://localhost:{settings.CONTENT_PORT}" in policy


def test_templates_carry_no_inline_styles_or_scripts() -> None:
    inline = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)")
    folder = Path(settings.BASE_DIR, "templates")
    ours = [path for path in folder.rglob("*.html") if "content" not in path.relative_to(folder).parts]
    assert [path.name for path in ours if inline.search(path.read_text())] == []


def test_each_agent_shows_its_most_urgent_session(as_alice: Client, make_session: SessionMaker) -> None:
    make_session(status=Status.IN_PROGRESS)
    assert text(as_alice.get("/sessions/"), "#side-agents .badge") == "Running"
    make_session(status=Status.WAITING_FOR_INPUT)
    assert text(as_alice.get("/sessions/"), "#side-agents .badge") == "Needs input"


def test_what_is_wrong_with_the_machine_is_said_where_one_starts(as_alice: Client) -> None:
    assert texts(as_alice.get("/sessions/"), ".banner.warn") == []
    Finding.objects.create(key="sandbox", ok=False, reason="Namespaces are off.", cure="sudo sysctl -w x=1")
    page = as_alice.get("/sessions/")
    assert text(page, ".banner.warn code") == "sudo sysctl -w x=1"
    assert soup(page).select(".side a[href='/machine/']")


def test_the_machine_page_names_what_was_found_and_its_cure(as_alice: Client) -> None:
    Finding.objects.create(key="sandbox", ok=False, reason="Namespaces are off.", cure="sudo sysctl -w x=1")
    Finding.objects.create(key="browser", ok=True)
    page = as_alice.get("/machine/")
    assert texts(page, ".card h2") == ["Sandbox", "Browser"]
    assert text(page, ".card.bad .log") == "sudo sysctl -w x=1"


def test_the_front_door_leads_to_the_sessions(as_alice: Client) -> None:
    assert as_alice.get("/")["Location"] == "/sessions/"
