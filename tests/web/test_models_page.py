from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sessions_app.models import Agent, Connection, LanguageModel, Space
from tests.models.test_connection import KEY, connected
from tests.web.page import soup, text, texts
from tests.web.test_agent_form import SCOUT


@pytest.fixture
def connection(space: Space, model: LanguageModel) -> Connection:
    return connected(space, "vllm", label="Harbour vLLM")


def card(connection: Connection) -> str:
    return f"#connection-{connection.pk}"


def test_connections_are_listed_with_their_models_and_the_built_in_ones(
    as_alice: Client, connection: Connection
) -> None:
    page = as_alice.get("/models/")
    assert texts(page, "section h2")[1:] == ["Harbour vLLM", "Built in"]
    assert texts(page, f"{card(connection)} li .b") == ["One"]


def test_what_a_model_can_do_is_said_in_words(as_alice: Client, connection: Connection) -> None:
    LanguageModel.objects.filter(name="vllm:one").update(
        sees_images=True, context_tokens=200_000, price_in="3", price_out="15.5", efforts=[{"value": "low"}]
    )
    chips = texts(as_alice.get("/models/"), f"{card(connection)} li .chip")
    price = "$3 in, $15.50 out per million tokens"
    assert chips == ["Tools", "Images", "1 effort level", "Context 200 K", price]


def test_a_price_that_nobody_knows_is_not_guessed(as_alice: Client, connection: Connection) -> None:
    assert "Price unknown" in texts(as_alice.get("/models/"), f"{card(connection)} .chip")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"ok": None}, "Not checked yet."),
        ({"ok": True}, "Working. 1 model, checked now ."),
        ({"ok": False, "note": "h:1 does not answer."}, "Not working. h:1 does not answer. Checked now ."),
    ],
)
def test_its_state_is_said(
    as_alice: Client, connection: Connection, found: dict[str, Any], words: str
) -> None:
    Connection.objects.update(checked_at=timezone.now(), **found)
    assert text(as_alice.get("/models/"), f"{card(connection)} [role=status]") == words


def test_a_server_that_lists_models_and_answers_no_request_is_not_called_working(
    as_alice: Client, connection: Connection
) -> None:
    now = timezone.now()
    refused = {"test_ok": False, "test_note": "h:1 says that the account has no credit left. Top it up."}
    Connection.objects.update(ok=True, checked_at=now, tested_at=now, **refused)
    said = text(as_alice.get("/models/"), f"{card(connection)} [role=status]")
    assert said.startswith("It lists 1 model, but did not answer a request. Tested now . h:1 says that")


def test_what_came_of_a_test_is_said_and_what_a_server_says_is_no_markup(
    as_alice: Client, connection: Connection
) -> None:
    now = timezone.now()
    words = "One answered in 0.2 s: “<b>ready</b>”"
    Connection.objects.update(ok=True, checked_at=now, tested_at=now, test_ok=True, test_note=words)
    page = as_alice.get("/models/")
    assert words in text(page, f"{card(connection)} [role=status]")
    assert not soup(page).select(f"{card(connection)} [role=status] b")


def test_a_test_is_asked_for_and_the_page_looks_until_it_is_done(
    as_alice: Client, connection: Connection
) -> None:
    page = as_alice.post("/models/vllm/test/", follow=True)
    assert page.redirect_chain == [(f"/models/{card(connection)}", 302)]
    (asking,) = soup(page).select(f"{card(connection)} [hx-trigger='every 1s']")
    assert (asking["hx-get"], asking["hx-select"]) == ("/models/", card(connection))
    assert soup(page).select(f"{card(connection)} button[disabled]")
    connection.refresh_from_db()
    assert connection.test_asked_at
    Connection.objects.update(test_asked_at=None, ok=True, checked_at=timezone.now())
    assert not soup(as_alice.get("/models/")).select(f"{card(connection)} [hx-trigger]")


def test_a_wish_that_nothing_took_up_is_given_up(as_alice: Client, connection: Connection) -> None:
    Connection.objects.update(test_asked_at=timezone.now() - timedelta(minutes=5))
    page = as_alice.get("/models/")
    words = "Not checked yet. Nothing took it up. Test it again."
    assert text(page, f"{card(connection)} [role=status]") == words
    assert not soup(page).select(f"{card(connection)} [hx-trigger], {card(connection)} [disabled]")


def test_a_connection_of_the_environment_names_its_variable_and_cannot_be_changed(
    as_alice: Client, model: LanguageModel
) -> None:
    connection = connected(None, "anthropic", provider="anthropic", label="Anthropic")
    page = as_alice.get("/models/")
    assert "ANTHROPIC_API_KEY" in texts(page, f"{card(connection)} code")
    assert not soup(page).select(f"{card(connection)} a.btn")
    assert as_alice.get("/models/anthropic/settings/").status_code == 404
    assert as_alice.post("/models/anthropic/delete/").status_code == 404
    assert as_alice.post("/models/anthropic/test/").status_code == 302


def test_members_and_viewers_read_and_change_nothing(
    as_bob: Client, as_vera: Client, connection: Connection
) -> None:
    for client in (as_bob, as_vera):
        page = client.get("/models/")
        assert texts(page, "section h2")[1:] == ["Harbour vLLM", "Built in"]
        assert not soup(page).select("main form, main a.btn")
        assert "cdef" not in page.content.decode()
        for address in ("vllm/settings/", "new/"):
            assert client.get(f"/models/{address}").status_code == 404
        for address in ("vllm/test/", "vllm/settings/", "vllm/delete/", "new/", "default/"):
            assert client.post(f"/models/{address}", {"model": "demo"}).status_code == 404
    connection.refresh_from_db()
    assert connection.test_asked_at is None


def test_a_stranger_finds_nothing(as_mallory: Client, connection: Connection) -> None:
    page = as_mallory.get("/models/")
    assert page.status_code == 200
    assert b"Harbour" not in page.content
    assert as_mallory.get("/models/vllm/settings/").status_code == 404
    for address in ("vllm/test/", "vllm/settings/", "vllm/delete/"):
        assert as_mallory.post(f"/models/{address}").status_code == 404
    assert Connection.objects.get().test_asked_at is None


def test_a_stranger_cannot_think_with_our_models(as_mallory: Client, connection: Connection) -> None:
    assert "vllm:one" not in as_mallory.get("/agents/new/").content.decode()
    refused = as_mallory.post("/agents/new/", {**SCOUT, "model": "vllm:one"})
    assert text(refused, "#id_model_error") == "Choose a model from the list."
    as_mallory.post("/models/default/", {"model": "vllm:one"})
    assert set(Space.objects.values_list("default_model", flat=True)) == {"demo"}


def test_who_is_not_signed_in_is_asked_to(client: Client, connection: Connection) -> None:
    for address in ("/models/", "/models/new/", "/models/vllm/settings/"):
        assert client.get(address)["Location"] == f"/login/?next={address}"
    assert client.post("/models/vllm/test/")["Location"].startswith("/login/")


def test_the_default_is_what_new_agents_begin_with(as_alice: Client, connection: Connection) -> None:
    page = as_alice.post("/models/default/", {"model": "vllm:one"}, follow=True)
    assert texts(page, ".toast") == ["Agents without a model of their own think with One now."]
    form = as_alice.get("/agents/new/")
    assert text(form, "#id_model option[selected]") == "The space’s default (One)"
    as_alice.post("/agents/new/", {**SCOUT, "model": ""})
    assert Agent.objects.get().thinks_with == "vllm:one"


@pytest.mark.parametrize("wrong", ["", "vllm:none", "x\x00", "broken:one"])
def test_a_default_that_cannot_be_used_is_refused(
    as_alice: Client, connection: Connection, wrong: str
) -> None:
    connected(connection.space, "broken")
    LanguageModel.objects.filter(name="broken:one").update(available=False)
    page = as_alice.post("/models/default/", {"model": wrong}, follow=True)
    assert texts(page, ".toast") == ["This model cannot be used now. Choose another."]
    assert Space.objects.get().default_model == "demo"


def test_a_failing_connection_is_seen_before_a_session_needs_it(
    as_bob: Client, as_alice: Client, agent: Agent, connection: Connection
) -> None:
    Agent.objects.update(model="vllm:one")
    assert texts(as_bob.get("/sessions/"), ".banner.warn") == []
    Connection.objects.update(ok=False, note="h:1 does not answer.")
    LanguageModel.objects.filter(connection=connection).update(available=False, note="h:1 does not answer.")
    banner = text(as_bob.get("/sessions/"), ".banner.warn")
    assert banner.startswith("Harbour vLLM does not work, so Site builder cannot think. h:1 does not answer.")
    piece = as_bob.get("/models/failing/")
    assert str(soup(piece).select("#failing")[0]) == str(soup(as_bob.get("/sessions/")).select("#failing")[0])
    assert "A connection does not work" in text(as_bob.get("/account/"), ".side a[href='/models/']")
    assert "h:1 does not answer." in text(as_bob.get("/agents/builder/"), "#readiness")
    form = as_alice.get("/agents/builder/settings/")
    assert texts(form, ".hint")[2] == "Harbour vLLM does not work now. h:1 does not answer."
    assert soup(form).select("optgroup[label='Harbour vLLM (not working)']")
    Connection.objects.update(ok=True)
    assert texts(as_bob.get("/sessions/"), ".banner.warn") == []


def test_no_page_shows_a_key(as_alice: Client, agent: Agent, connection: Connection) -> None:
    for address in ("/models/", "/models/vllm/settings/", "/agents/builder/settings/", "/sessions/"):
        page = as_alice.get(address).content.decode()
        assert KEY not in page
        assert connection.sealed_key not in page
