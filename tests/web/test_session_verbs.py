from __future__ import annotations

import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from sessions_app.models import Message, Question, Session, Status, Task, User
from tests.conftest import CHOICES, SessionMaker
from tests.web.page import soup, text, texts

HTMX = {"HX-Request": "true"}


def test_words_reach_a_task_under_way_as_a_message(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    answer = as_bob.post(f"/s/{session.pk}/messages/", {"text": "Keep the URL.", "key": uuid.uuid4()})
    assert answer["Location"] == f"/s/{session.pk}/"
    assert Message.objects.get().text == "Keep the URL."
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "#steps [data-k=message_sent] .receipt").startswith("Sent ")


def test_words_to_a_finished_session_start_a_run_with_the_chosen_effort(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.COMPLETED)
    as_bob.post(f"/s/{session.pk}/messages/", {"text": "Once more.", "effort": "high"})
    task = session.tasks.get(number=2)
    assert (task.instruction, task.effort, task.status) == ("Once more.", "high", Status.PENDING)


def test_an_effort_that_the_model_does_not_know_is_left_out(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.COMPLETED)
    as_bob.post(f"/s/{session.pk}/messages/", {"text": "Once more.", "effort": "superhuman"})
    assert session.tasks.get(number=2).effort == "medium"


def test_a_form_sent_twice_says_it_once(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    key = soup(as_bob.get(f"/s/{session.pk}/")).select("#composer-key")[0]["value"]
    for _ in range(2):
        as_bob.post(f"/s/{session.pk}/messages/", {"text": "Keep the URL.", "key": key})
    assert Message.objects.count() == 1


def test_a_script_gets_the_changed_pieces_and_a_new_key(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.COMPLETED)
    key = str(uuid.uuid4())
    answer = as_bob.post(f"/s/{session.pk}/messages/", {"text": "More.", "key": key}, headers=HTMX)
    pieces = soup(answer)
    assert text(answer, "#session-badge") == "Queued"
    assert pieces.select("#composer-key")[0]["value"] != key


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("  \n ", "Write what you want first."),
        ("x" * 100_000, "The message has 100,000 characters. The limit is 50,000. Shorten it."),
    ],
)
def test_what_cannot_be_sent_stays_in_the_box(
    words: str, refusal: str, as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    page = as_bob.post(f"/s/{session.pk}/messages/", {"text": words})
    assert page.status_code == 422
    assert text(page, "#composer-error") == refusal
    assert soup(page).select("#message")[0].text.strip() == words.strip()
    part = as_bob.post(f"/s/{session.pk}/messages/", {"text": words}, headers=HTMX)
    assert (part.status_code, text(part, "#composer-error")) == (422, refusal)


def test_try_again_needs_no_words(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.FAILED)
    page = as_bob.get(f"/s/{session.pk}/")
    button = soup(page).select("[data-k=failed] button[form=composer]")[0]
    as_bob.post(f"/s/{session.pk}/messages/", {"text": "", str(button["name"]): str(button["value"])})
    assert session.tasks.get(number=2).instruction == "Try again."


def waiting(make_session: SessionMaker) -> tuple[Session, Question]:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    return session, Question.objects.get(session=session)


def test_a_choice_and_a_note_answer_the_question(as_bob: Client, make_session: SessionMaker) -> None:
    session, question = waiting(make_session)
    form = {"question": question.pk, "choice": "0", "text": "And tell me when."}
    as_bob.post(f"/s/{session.pk}/messages/", form)
    question.refresh_from_db()
    assert question.answer == "Back up, then drop\n\nAnd tell me when."
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "#session-badge") == "Queued"
    assert texts(page, "[data-k=asked] .as-typed") == ["Bob answered: Back up, then drop And tell me when."]


def test_a_card_of_the_dashboard_answers_and_leads_back(as_bob: Client, make_session: SessionMaker) -> None:
    session, question = waiting(make_session)
    address = f"/s/{session.pk}/questions/{question.pk}/answer/"
    page = as_bob.post(address, {"choice": "0", "next": "dashboard"}, follow=True)
    assert page.redirect_chain[-1][0] == "/sessions/"
    assert texts(page, ".toast") == ["Reply sent. Site builder continues."]


def test_two_people_answer_and_the_second_keeps_the_words(
    as_bob: Client, alice: User, make_session: SessionMaker
) -> None:
    session, question = waiting(make_session)
    question.give_answer([1], "", by=alice)
    page = as_bob.post(f"/s/{session.pk}/messages/", {"question": question.pk, "text": "Copy it first."})
    assert page.status_code == 422
    assert text(page, "#composer-error") == "Alice answered before you. Your text is still here."
    assert soup(page).select("#message")[0].text.strip() == "Copy it first."


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        ({}, "Choose an answer, or write one."),
        ({"choice": "7"}, "That is not one of the choices. Choose again."),
        ({"choice": ["0", "1"]}, "Choose one answer only."),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(
    form: dict[str, Any], refusal: str, as_bob: Client, make_session: SessionMaker
) -> None:
    session, question = waiting(make_session)
    page = as_bob.post(f"/s/{session.pk}/messages/", {"question": question.pk, **form})
    assert (page.status_code, text(page, "#composer-error")) == (422, refusal)
    chosen = {str(choice["value"]) for choice in soup(page).select("[name=choice][checked]")}
    assert chosen == {value for value in form.get("choice", []) if int(value) < len(CHOICES)}


def test_a_question_of_another_session_is_not_found(as_bob: Client, make_session: SessionMaker) -> None:
    session, question = waiting(make_session)
    other, _ = waiting(make_session)
    assert as_bob.post(f"/s/{other.pk}/questions/{question.pk}/answer/", {"choice": "0"}).status_code == 404
    assert as_bob.post(f"/s/{session.pk}/questions/{question.pk}/answer/", {"choice": "0"}).status_code == 302


def test_stop_ends_what_no_worker_holds_and_asks_a_worker(as_bob: Client, make_session: SessionMaker) -> None:
    queued, running = make_session(), make_session(status=Status.IN_PROGRESS)
    as_bob.post(f"/s/{queued.pk}/stop/")
    assert Task.objects.get(session=queued).status == Status.CANCELLED
    answer = as_bob.post(f"/s/{running.pk}/stop/", headers=HTMX)
    assert Task.objects.get(session=running).stop_asked_at
    button = BeautifulSoup(answer.content, "html.parser").select("#session-stop button")[0]
    assert (button.get_text(strip=True), button.has_attr("disabled")) == ("Stopping", True)


def test_stopping_twice_is_no_fault(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.COMPLETED)
    assert as_bob.post(f"/s/{session.pk}/stop/").status_code == 302
    assert Task.objects.get(session=session).status == Status.COMPLETED


def test_a_title_is_changed_in_place_and_never_empty(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    answer = as_bob.post(f"/s/{session.pk}/rename/", {"title": "  Prices <b> "}, headers=HTMX)
    assert text(answer, "#session-title") == "Prices <b>"
    refused = as_bob.post(f"/s/{session.pk}/rename/", {"title": " "})
    assert (refused.status_code, text(refused, "h1")) == (422, "Prices <b>")
    assert text(refused, "#composer-error") == "Write a title first."


def test_mark_done_does_not_end_what_waits_for_a_choice(as_bob: Client, make_session: SessionMaker) -> None:
    session, _ = waiting(make_session)
    refused = as_bob.post(f"/s/{session.pk}/done/")
    assert refused.status_code == 422
    assert Task.objects.get(session=session).status == Status.WAITING_FOR_INPUT


def test_mark_done_ends_what_only_asked_in_prose(as_bob: Client, make_session: SessionMaker) -> None:
    session, question = waiting(make_session)
    Question.objects.filter(pk=question.pk).update(call_id="", choices=[], kind="text")
    assert "Mark done" in texts(as_bob.get(f"/s/{session.pk}/"), "#composer button")
    as_bob.post(f"/s/{session.pk}/done/")
    assert Task.objects.get(session=session).status == Status.COMPLETED


VERBS = ["messages/", "stop/", "rename/", "done/", "questions/1/answer/"]


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_not_direct_finds_nothing_to_do(
    verb: str, as_vera: Client, as_mallory: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    form = {"text": "Hello", "title": "Mine now", "choice": "0"}
    for client in (as_vera, as_mallory):
        assert client.post(f"/s/{session.pk}/{verb}", form).status_code == 404
    assert Client().post(f"/s/{session.pk}/{verb}", form)["Location"].startswith("/login/")
    task = Task.objects.get(session=session)
    assert (task.status, task.stop_asked_at, Message.objects.count()) == (Status.IN_PROGRESS, None, 0)
    assert Session.objects.get(pk=session.pk).title == session.title


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_not_a_page(verb: str, as_bob: Client, make_session: SessionMaker) -> None:
    assert as_bob.get(f"/s/{make_session().pk}/{verb}").status_code == 405


def test_a_form_of_another_site_does_nothing(bob: User, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    assert client.post(f"/s/{session.pk}/messages/", {"text": "Hello"}).status_code == 403
    assert not Message.objects.exists()
