from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from sessions_app.models import SignInLink, User
from sessions_app.models.sign_in_link import issue
from sessions_app.web.sign_in import NO_MATCH
from tests.web.page import text

RIGHT = {"name": "alice@example.org", "password": "alice-password"}
WRONG = {"name": "alice@example.org", "password": "guess"}


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_a_link_shows_a_button_and_works_once(client: Client, alice: User) -> None:
    address = f"/signin/{issue(alice)}/"
    assert text(client.get(address), "form button") == "Sign in"
    assert client.get(address).status_code == 200
    assert client.post(address)["Location"] == "/sessions/"
    assert client.get("/sessions/").status_code == 200
    assert Client().post(address).status_code == 410


@pytest.mark.parametrize("secret", ["unknown", "old"])
def test_a_link_that_is_no_good_says_what_to_type(client: Client, alice: User, secret: str) -> None:
    if secret == "old":
        secret = issue(alice)
        SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page = client.post(f"/signin/{secret}/")
    assert page.status_code == 410
    assert "manage.py signin" in text(page, ".card")
    assert client.get("/sessions/").status_code == 302


@pytest.mark.parametrize("name", ["alice@example.org", "ALICE@example.org"])
def test_a_name_and_its_password_sign_in(client: Client, alice: User, name: str) -> None:
    response = client.post("/login/", {**RIGHT, "name": name, "next": "/machine/"})
    assert response["Location"] == "/machine/"
    assert client.get("/machine/").status_code == 200


def test_the_owner_signs_in_by_e_mail_too(client: Client, alice: User) -> None:
    User.objects.update(username="owner")
    assert client.post("/login/", RIGHT).status_code == 302


@pytest.mark.parametrize("form", [WRONG, {"name": "nobody@example.org", "password": "alice-password"}])
def test_it_is_never_said_which_one_was_wrong(client: Client, alice: User, form: dict[str, str]) -> None:
    page = client.post("/login/", form)
    assert page.status_code == 422
    assert text(page, "[role=alert]") == NO_MATCH


def test_who_is_blocked_does_not_get_in(client: Client, alice: User) -> None:
    User.objects.update(is_active=False)
    assert text(client.post("/login/", RIGHT), "[role=alert]") == NO_MATCH
    assert client.post(f"/signin/{issue(alice)}/").status_code == 410


def test_after_five_failures_there_is_a_wait(client: Client, alice: User, bob: User) -> None:
    for _ in range(5):
        assert text(client.post("/login/", WRONG), "[role=alert]") == NO_MATCH
    assert (
        text(client.post("/login/", RIGHT), "[role=alert]")
        == "Too many tries. Wait 5 minutes, then try again."
    )
    other = {"name": "bob@example.org", "password": "bob-password"}
    assert client.post("/login/", other).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_time_are_counted_one_by_one(alice: User) -> None:
    together = Barrier(12)

    def guess(_: int) -> str:
        together.wait(timeout=10)
        try:
            return text(Client().post("/login/", WRONG), "[role=alert]")
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(12)))
    assert answers.count(NO_MATCH) == 5


def test_many_people_sign_in_from_one_address(client: Client, alice: User) -> None:
    for _ in range(60):
        assert client.post("/login/", RIGHT).status_code == 302
        client.post("/logout/")


def test_the_wait_is_for_the_address_that_failed(client: Client, alice: User) -> None:
    for _ in range(5):
        client.post("/login/", WRONG)
    assert client.post("/login/", RIGHT, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_many_names_from_one_address_are_tries_too(client: Client, alice: User) -> None:
    for number in range(50):
        client.post("/login/", {"name": f"name-{number}", "password": "guess"})
    assert "Too many tries." in text(client.post("/login/", RIGHT), "[role=alert]")


def test_signing_in_forgets_ones_own_failures(client: Client, alice: User) -> None:
    for _ in range(4):
        client.post("/login/", WRONG)
    client.post("/login/", RIGHT)
    client.post("/logout/")
    assert text(client.post("/login/", WRONG), "[role=alert]") == NO_MATCH
    assert client.post("/login/", RIGHT).status_code == 302


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(client: Client, alice: User, wanted: str) -> None:
    assert client.post("/login/", {**RIGHT, "next": wanted})["Location"] == "/sessions/"


@pytest.mark.parametrize("wanted", ["nowhere", "login", '"><script>'])
def test_a_page_that_does_not_exist_is_no_fault_of_ours(as_alice: Client, wanted: str) -> None:
    assert as_alice.get("/login/", {"next": wanted}).status_code == 302


def test_signing_out_takes_a_button(as_alice: Client) -> None:
    assert as_alice.get("/logout/").status_code == 405
    assert as_alice.post("/logout/")["Location"] == "/login/"
    assert as_alice.get("/sessions/").status_code == 302


def test_a_form_without_its_token_is_refused_in_words(alice: User) -> None:
    page = Client(enforce_csrf_checks=True).post("/login/", RIGHT)
    assert page.status_code == 403
    assert "reload the page" in text(page, ".card")
