from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client

from sessions_app.models import Agent, Connection, Space
from sessions_app.models.sealing import unseal
from tests.models.test_connection import KEY, connected
from tests.web.page import soup, text, texts

NEW = {
    "provider": "openai_compatible",
    "label": "Harbour vLLM",
    "base_url": "http://127.0.0.1:8000/v1/",
    "api_key": KEY,
    "offered": "qwen3\n\n qwen3 \nllama",
}


@pytest.fixture
def connection(space: Space) -> Connection:
    return connected(space, "vllm")


def test_an_admin_adds_a_connection_which_is_checked_at_once(as_alice: Client, space: Space) -> None:
    page = as_alice.post("/models/new/", NEW, follow=True)
    added = Connection.objects.get()
    assert texts(page, ".toast") == ["Harbour vLLM is added. It is being checked."]
    assert (added.space, added.slug, added.base_url) == (space, "harbour-vllm", "http://127.0.0.1:8000/v1")
    assert added.offered == ["qwen3", "llama"]
    assert added.is_being_checked
    assert unseal(added.sealed_key) == KEY


def test_a_form_sent_twice_adds_one(as_alice: Client) -> None:
    key = soup(as_alice.get("/models/new/")).select("[name=key]")[0]["value"]
    for _ in range(2):
        assert as_alice.post("/models/new/", {**NEW, "key": key})["Location"] == "/models/"
    assert Connection.objects.count() == 1


def test_a_key_is_never_shown_again_and_lies_nowhere_readable(as_alice: Client) -> None:
    as_alice.post("/models/new/", NEW)
    for address in ("/models/", "/models/harbour-vllm/settings/", "/agents/new/"):
        assert KEY not in as_alice.get(address).content.decode()
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM sessions_app_connection")
        assert KEY not in str(cursor.fetchall())
    refused = as_alice.post("/models/new/", {**NEW, "label": ""})
    assert refused.status_code == 422
    assert KEY not in refused.content.decode()


def test_the_focus_goes_to_the_first_field_that_is_wrong(as_alice: Client) -> None:
    assert not soup(as_alice.get("/models/new/")).select("main [autofocus]")
    refused = as_alice.post("/models/new/", {**NEW, "provider": "", "label": ""})
    assert soup(refused).select("main [autofocus]")[0]["name"] == "provider"


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"provider": ""}, "provider", "Choose a provider."),
        (
            {"provider": "acme"},
            "provider",
            "Select a valid choice. acme is not one of the available choices.",
        ),
        ({"label": ""}, "label", "Give the connection a name."),
        ({"base_url": ""}, "base_url", "Write the address of the server, such as http://127.0.0.1:8000/v1."),
        ({"base_url": "ftp://h/"}, "base_url", "Begin the address with http:// or https:// and a host."),
        ({"base_url": "h:1"}, "base_url", "Begin the address with http:// or https:// and a host."),
        (
            {"base_url": "javascript:alert(1)"},
            "base_url",
            "Begin the address with http:// or https:// and a host.",
        ),
        ({"base_url": "http://h:99999"}, "base_url", "This is no address. Check its host and port."),
        (
            {"base_url": "http://u:p@h/v1"},
            "base_url",
            "Leave the name and password out of the address. Enter the key below.",
        ),
        (
            {"base_url": "http://h/v1?key=x"},
            "base_url",
            "Leave out everything after the path: no “?”, no “#”, no spaces.",
        ),
        (
            {"base_url": "http://h/v1#x"},
            "base_url",
            "Leave out everything after the path: no “?”, no “#”, no spaces.",
        ),
        (
            {"base_url": "http://169.254.169.254/latest"},
            "base_url",
            "Addresses of this kind hold secrets of cloud machines, and no models. Choose another.",
        ),
        (
            {"api_key": "sk one\ntwo"},
            "api_key",
            "This is no key: it has spaces or letters no key has. Copy it again.",
        ),
        ({"provider": "anthropic", "api_key": ""}, "api_key", "Anthropic needs a key. Enter it here."),
        (
            {"offered": "x" * 151},
            "offered",
            f"“{'x' * 40}” is no name of a model. Write one name a line.",
        ),
        (
            {"offered": "\n".join(f"m{n}" for n in range(201))},
            "offered",
            "These are 201 models. The limit is 200.",
        ),
    ],
)
def test_what_is_wrong_stands_at_its_field_with_the_cure(
    as_alice: Client, wrong: dict[str, Any], field: str, words: str
) -> None:
    page = as_alice.post("/models/new/", {**NEW, **wrong})
    assert page.status_code == 422
    assert text(page, f"#id_{field}_error") == words
    assert Connection.objects.count() == 0


@pytest.mark.parametrize(
    "host",
    """169.254.169.254 2852039166 0xa9fea9fe 169.254.169.254. [fe80::1] [::ffff:169.254.169.254]
    [fd00:ec2::254] 100.100.100.200 168.63.129.16 Metadata.google.internal.""".split(),
)
def test_no_spelling_leads_to_the_secrets_of_a_cloud_machine(as_alice: Client, host: str) -> None:
    page = as_alice.post("/models/new/", {**NEW, "base_url": f"http://{host}/latest"})
    assert "secrets of cloud machines" in text(page, "#id_base_url_error")


@pytest.mark.parametrize("address", ["http://127.0.0.1:11434", "http://10.0.0.5/v1", "http://[::1]:8000/v1"])
def test_a_server_of_ones_own_may_be_private(as_alice: Client, address: str) -> None:
    assert as_alice.post("/models/new/", {**NEW, "base_url": address}).status_code == 302
    assert Connection.objects.get().base_url == address


def test_a_server_of_ones_own_needs_no_key(as_alice: Client) -> None:
    as_alice.post("/models/new/", {**NEW, "api_key": ""})
    assert Connection.objects.get().sealed_key == ""


def test_the_key_stays_when_something_else_changes(as_alice: Client, connection: Connection) -> None:
    before = connection.sealed_key
    form = {**NEW, "label": "Renamed", "base_url": "http://h:1/v2", "api_key": ""}
    page = as_alice.post("/models/vllm/settings/", form, follow=True)
    assert texts(page, ".toast") == ["Saved. It is being checked."]
    connection.refresh_from_db()
    assert (connection.label, connection.slug, connection.sealed_key) == ("Renamed", "vllm", before)


def test_a_key_is_replaced_and_the_old_one_is_gone(as_alice: Client, connection: Connection) -> None:
    assert "key ending …cdef, entered" in text(as_alice.get("/models/vllm/settings/"), "details summary")
    form = {**NEW, "base_url": "http://h:1/v1", "api_key": "sk-other-9876543210"}
    page = as_alice.post("/models/vllm/settings/", form, follow=True)
    assert texts(page, ".toast") == ["Saved. The old key is gone; the new one is being checked."]
    connection.refresh_from_db()
    assert unseal(connection.sealed_key) == "sk-other-9876543210"
    assert connection.key_ending == "3210"


@pytest.mark.parametrize("moved", ["http://evil.example/v1", "https://h:1/v1", "http://h:2/v1"])
def test_a_key_is_sent_to_no_other_address_unasked(
    as_alice: Client, connection: Connection, moved: str
) -> None:
    page = as_alice.post("/models/vllm/settings/", {**NEW, "base_url": moved, "api_key": ""}, follow=True)
    words = "Saved. The key was for the old address and is gone. It is being checked without one."
    assert texts(page, ".toast") == [words]
    connection.refresh_from_db()
    assert connection.sealed_key == ""


def test_nor_to_another_provider(as_alice: Client, connection: Connection) -> None:
    form = {**NEW, "provider": "anthropic", "base_url": "http://h:1/v1", "api_key": ""}
    page = as_alice.post("/models/vllm/settings/", form)
    assert (
        text(page, "#id_api_key_error") == "Enter the key again: it is not sent to another address unasked."
    )
    assert soup(page).select("details[open] #id_api_key")


def test_a_connection_is_deleted_with_its_key(as_alice: Client, connection: Connection) -> None:
    assert soup(as_alice.get("/models/vllm/settings/")).select("dialog form[action='/models/vllm/delete/']")
    page = as_alice.post("/models/vllm/delete/", follow=True)
    assert texts(page, ".toast") == ["VLLM is deleted, and its key with it."]
    assert Connection.objects.count() == 0


def test_one_in_use_names_who_uses_it_and_stays(
    as_alice: Client, agent: Agent, connection: Connection
) -> None:
    Agent.objects.update(model="vllm:one")
    page = as_alice.post("/models/vllm/delete/", follow=True)
    assert texts(page, ".toast") == ["VLLM is in use. Nothing was deleted."]
    assert texts(page, "main li") == ["Site builder thinks with it."]
    assert not soup(page).select("dialog form[action='/models/vllm/delete/']")
    assert Connection.objects.count() == 1


def test_a_form_of_another_space_changes_nothing(as_mallory: Client, connection: Connection) -> None:
    assert as_mallory.post("/models/vllm/settings/", {**NEW, "key": uuid.uuid4()}).status_code == 404
    connection.refresh_from_db()
    assert connection.label == "VLLM"
