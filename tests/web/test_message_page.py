from __future__ import annotations

import uuid

import pytest
from django.test import Client

from sessions_app.models import Message, Session, Status, Task, User
from sessions_app.models.conversation import say
from sessions_app.models.message import read_messages
from tests.conftest import SessionMaker
from tests.web.page import soup, text, texts

HTMX = {"HX-Request": "true"}


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    return make_session(status=Status.IN_PROGRESS)


@pytest.fixture
def message(session: Session, bob: User) -> Message:
    sent = say(session, "Use green.", by=bob)
    assert isinstance(sent, Message)
    return sent


def read(session: Session) -> None:
    task = Task.objects.get(session=session)
    read_messages(task, fence=task.fence)


def test_a_message_is_edited_on_a_page_or_in_a_dialog(
    session: Session, message: Message, as_bob: Client
) -> None:
    link = soup(as_bob.get(f"/s/{session.pk}/")).select("#steps .receipt .own a")[0]
    page = as_bob.get(str(link["href"]))
    assert soup(page).select("main textarea")[0].text.strip() == "Use green."
    dialog = as_bob.get(str(link["hx-get"]), headers=HTMX)
    assert soup(dialog).select("hx-partial")[0]["hx-target"] == "#step-dialog"
    as_bob.post(str(link["href"]), {"text": "Use blue."})
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "#steps [data-k=message_sent] .prose") == "Use blue."
    assert text(page, "#steps [data-k=message_sent] .receipt").startswith("Edited ")


def test_a_long_message_is_edited_whole_and_shown_whole(session: Session, bob: User, as_bob: Client) -> None:
    sent = say(session, "green " * 2000, by=bob)
    assert isinstance(sent, Message)
    page = as_bob.get(f"/s/{session.pk}/messages/{sent.pk}/")
    assert soup(page).select("main textarea")[0].text.strip() == sent.text
    as_bob.post(f"/s/{session.pk}/messages/{sent.pk}/", {"text": "blue " * 2000})
    everything = soup(as_bob.get(f"/s/{session.pk}/")).select("#steps [data-k=message_sent] .prose a")[0]
    assert as_bob.get(str(everything["href"])).content.decode() == ("blue " * 2000).strip()


def test_words_that_came_too_late_are_kept_and_can_be_sent_on(
    session: Session, message: Message, as_bob: Client
) -> None:
    read(session)
    refused = as_bob.post(f"/s/{session.pk}/messages/{message.pk}/", {"text": "Use blue."})
    assert refused.status_code == 422
    assert text(refused, ".err") == "It was read at step 2 already. Your words are still here."
    form = soup(refused).select("main form")[0]
    assert form.select("textarea")[0].text.strip() == "Use blue."
    as_new = form.select("button.primary")[0]
    assert as_new.get_text(strip=True) == "Send as a new message"
    as_bob.post(
        str(as_new["formaction"]), {"text": "Use blue.", "key": str(form.select("[name=key]")[0]["value"])}
    )
    assert [one.text for one in Message.objects.all()] == ["Use green.", "Use blue."]


def test_an_empty_message_is_refused_in_the_form(session: Session, message: Message, as_bob: Client) -> None:
    refused = as_bob.post(f"/s/{session.pk}/messages/{message.pk}/", {"text": " "}, headers=HTMX)
    assert (refused.status_code, text(refused, ".err")) == (422, "Write what you want first.")
    assert "Save" in texts(refused, "button")


def test_a_message_is_taken_back_and_stays_in_sight(
    session: Session, message: Message, as_bob: Client
) -> None:
    button = soup(as_bob.get(f"/s/{session.pk}/")).select("#steps .receipt .own button")[0]
    assert as_bob.post(str(button["formaction"]), headers=HTMX).status_code == 200
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "[data-withdrawn] .receipt") == "Taken back by Bob"
    assert text(page, "[data-withdrawn] .prose") == "Use green."


def test_a_message_that_was_read_cannot_be_taken_back(
    session: Session, message: Message, as_bob: Client
) -> None:
    read(session)
    address = f"/s/{session.pk}/messages/{message.pk}/withdraw/"
    for headers in ({}, HTMX):
        refused = as_bob.post(address, headers=headers)
        assert refused.status_code == 422
        assert text(refused, "#composer-error") == "It was read at step 2 already."
    assert soup(as_bob.get(f"/s/{session.pk}/")).select("#steps .receipt .own") == []


def test_who_may_not_direct_changes_no_message(
    session: Session, message: Message, as_vera: Client, as_mallory: Client, as_bob: Client
) -> None:
    for verb in ("", "withdraw/"):
        address = f"/s/{session.pk}/messages/{message.pk}/{verb}"
        for client in (as_vera, as_mallory):
            assert client.post(address, {"text": "Mine."}).status_code == 404
            assert client.get(address).status_code in (404, 405)
        assert Client().post(address, {"text": "Mine."})["Location"].startswith("/login/")
    message.refresh_from_db()
    assert (message.text, message.withdrawn_at) == ("Use green.", None)
    assert as_bob.post(f"/s/{session.pk}/messages/{message.pk}/", {"text": "His."}).status_code == 302


def test_a_message_of_another_session_is_not_found(
    message: Message, make_session: SessionMaker, as_bob: Client
) -> None:
    other = make_session(status=Status.IN_PROGRESS)
    form = {"text": "Use blue.", "key": str(uuid.uuid4())}
    assert as_bob.post(f"/s/{other.pk}/messages/{message.pk}/", form).status_code == 404
    assert as_bob.post(f"/s/{other.pk}/messages/{message.pk}/withdraw/").status_code == 404
