from __future__ import annotations

import pytest
from django.test import Client

from sessions_app.models import User
from tests.web.page import soup, text, texts

TWICE = {"new_password1": "an uncommon phrase", "new_password2": "an uncommon phrase"}


def test_a_person_gives_their_name_and_address(as_alice: Client, alice: User) -> None:
    page = as_alice.post(
        "/account/profile/", {"first_name": "Alice Ahlers", "email": "Alice@Harbour.example"}, follow=True
    )
    alice.refresh_from_db()
    assert alice.username == alice.email == "alice@harbour.example"
    assert "Alice Ahlers" in text(page, ".side .foot")


def test_an_address_belongs_to_one_person(as_alice: Client, alice: User, bob: User) -> None:
    page = as_alice.post("/account/profile/", {"first_name": "Alice", "email": "BOB@example.org"})
    assert page.status_code == 422
    assert text(page, "#id_email_error") == "Another person has this e-mail address."
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"


def test_a_password_is_set_and_the_person_stays(as_alice: Client, alice: User) -> None:
    words = {"old_password": "alice-password", **TWICE}
    page = as_alice.post("/account/password/", words, follow=True)
    assert page.status_code == 200
    alice.refresh_from_db()
    assert alice.check_password("an uncommon phrase")


def test_another_password_needs_the_one_before(as_alice: Client, alice: User) -> None:
    page = as_alice.post("/account/password/", {"old_password": "a guess", **TWICE})
    assert texts(page, "#id_old_password_error")
    alice.refresh_from_db()
    assert alice.check_password("alice-password")


def test_the_first_password_needs_none(as_alice: Client, alice: User) -> None:
    alice.set_unusable_password()
    alice.save()
    as_alice.force_login(alice)
    as_alice.post("/account/password/", TWICE)
    alice.refresh_from_db()
    assert alice.check_password("an uncommon phrase")


def test_a_weak_password_is_refused(as_alice: Client, alice: User) -> None:
    weak = {"old_password": "alice-password", "new_password1": "password", "new_password2": "password"}
    page = as_alice.post("/account/password/", weak)
    assert page.status_code == 422
    assert any("too short" in error for error in texts(page, "#id_new_password2_error"))
    alice.refresh_from_db()
    assert alice.check_password("alice-password")


@pytest.mark.parametrize(("theme", "shown"), [("dark", "dark"), ("light", "light"), ("system", None)])
def test_the_theme_is_in_the_first_byte_of_the_page(as_alice: Client, theme: str, shown: str | None) -> None:
    page = as_alice.post("/account/theme/", {"theme": theme}, follow=True)
    assert soup(page).select("html")[0].get("data-theme") == shown
    assert soup(page).select("[name=theme][checked]")[0]["value"] == theme


def test_a_theme_that_does_not_exist_changes_nothing(as_alice: Client) -> None:
    as_alice.cookies["theme"] = '"><script>'
    page = as_alice.post("/account/theme/", {"theme": "pink"}, follow=True)
    assert soup(page).select("html")[0].get("data-theme") is None


@pytest.mark.parametrize("address", ["/account/profile/", "/account/password/", "/account/space/"])
def test_who_is_not_signed_in_has_no_account(client: Client, db: None, address: str) -> None:
    assert client.post(address)["Location"].startswith("/login/")


@pytest.mark.parametrize("chosen", ["", "abc", "-1", "9" * 40, "\x00"])
def test_a_space_that_does_not_exist_is_not_found(as_alice: Client, chosen: str) -> None:
    assert as_alice.post("/account/space/", {"space": chosen}).status_code == 404
