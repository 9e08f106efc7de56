from __future__ import annotations

import uuid

import pytest
from django.test import Client

from sessions_app.models import Secret, Session, Status, User
from sessions_app.models.answer_link import token_for
from sessions_app.models.secret import give, secrets_of
from tests.conftest import SessionMaker, let_ask
from tests.web.page import soup, text, texts

VALUE = "ghp_0123456789"


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    """One that waits for a secret."""
    session = make_session(status=Status.IN_PROGRESS)
    return let_ask(session, "A token, please.", kind="secret", secret_name="GITHUB_TOKEN")


@pytest.fixture
def form(session: Session) -> dict[str, object]:
    return {"question": session.questions.get().pk, "secret": VALUE, "key": uuid.uuid4()}


def test_a_secret_is_asked_for_in_a_field_that_hides_it(as_bob: Client, session: Session) -> None:
    page = as_bob.get(f"/s/{session.pk}/")
    (field,) = soup(page).select("#composer input[name=secret]")
    assert (field["type"], field["autocomplete"], field.get("value")) == ("password", "off", None)
    assert text(page, ".reply .hint").startswith("Stored encrypted. The agent uses it without seeing it")
    assert "Save and continue" in texts(page, "#composer button")[-1]


def test_a_given_secret_is_in_no_page_any_more(
    as_bob: Client, session: Session, form: dict[str, object]
) -> None:
    as_bob.post(f"/s/{session.pk}/messages/", form)
    assert secrets_of(session) == {"GITHUB_TOKEN": VALUE}
    page = as_bob.get(f"/s/{session.pk}/")
    assert "Bob answered: $GITHUB_TOKEN, stored encrypted." in text(page, ".asked")
    assert VALUE not in page.content.decode() + as_bob.get(f"/s/{session.pk}/details/").content.decode()


def test_a_refused_secret_has_to_be_entered_again(
    as_bob: Client, session: Session, form: dict[str, object]
) -> None:
    page = as_bob.post(f"/s/{session.pk}/messages/", form | {"text": f"It is {VALUE}, no?", "secret": VALUE})
    assert page.status_code == 422
    assert "Take it out" in text(page, "#composer-error")
    assert soup(page).select("[name=secret]")[0].get("value") is None
    empty = as_bob.post(f"/s/{session.pk}/messages/", form | {"secret": ""})
    assert text(empty, "#composer-error") == "Enter the secret, or write why you do not give it."


def test_words_instead_of_a_secret_are_an_answer(
    as_bob: Client, session: Session, form: dict[str, object]
) -> None:
    as_bob.post(f"/s/{session.pk}/messages/", form | {"secret": "", "text": "I have none."})
    assert session.questions.get().answer == "I have none."
    assert not Secret.objects.exists()


def test_a_secret_is_given_by_link_too(session: Session, bob: User) -> None:
    link = f"/answer/{token_for(session.questions.get(), bob)}/"
    assert soup(Client().get(link)).select("[name=secret][type=password]")
    Client().post(link, {"secret": VALUE})
    assert secrets_of(session) == {"GITHUB_TOKEN": VALUE}
    assert VALUE not in Client().get(link).content.decode()


def test_the_card_of_the_dashboard_leads_to_the_field(as_bob: Client, session: Session) -> None:
    (way,) = soup(as_bob.get("/sessions/")).select(".ask .opt")
    assert (way.get_text(), way["href"]) == ("Give GITHUB_TOKEN…", f"/s/{session.pk}/")


def test_secrets_are_listed_by_name_and_removed_by_who_directs(
    as_bob: Client, as_vera: Client, as_mallory: Client, session: Session, bob: User
) -> None:
    asked = session.questions.select_related("session", "task").get()
    give(asked, VALUE, by=bob)
    remove = f"/s/{session.pk}/secrets/{Secret.objects.get().pk}/remove/"
    assert text(as_vera.get(f"/s/{session.pk}/details/"), "[aria-labelledby=secrets-heading] code") == (
        "$GITHUB_TOKEN"
    )
    assert soup(as_vera.get(f"/s/{session.pk}/details/")).select(f"[action='{remove}']") == []
    assert [client.post(remove).status_code for client in (as_vera, as_mallory)] == [404, 404]
    assert Secret.objects.exists()
    assert as_bob.post(remove)["Location"] == f"/s/{session.pk}/details/"
    assert not Secret.objects.exists()
    assert "Bob removed $GITHUB_TOKEN" in text(as_bob.get(f"/s/{session.pk}/"), "[data-k=secret_removed]")
