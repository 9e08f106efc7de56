from __future__ import annotations

import uuid

import pytest
from django.test import Client

from sessions_app.models import Limit, Membership, Session, Status, User
from sessions_app.models.answer_link import token_for
from tests.conftest import SessionMaker
from tests.models.test_approval import asked
from tests.models.test_at_limit import at, spend
from tests.web.page import soup, text, texts


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    return make_session("Clean up the orders table.", status=Status.WAITING_FOR_INPUT)


@pytest.fixture
def link(session: Session, bob: User) -> str:
    return f"/answer/{token_for(session.questions.get(), bob)}/"


@pytest.fixture
def somebody() -> Client:
    """Not signed in, and with a browser that checks what forms carry."""
    return Client(enforce_csrf_checks=True)


def test_whoever_directs_finds_a_link_in_their_own_name(
    as_bob: Client, session: Session, somebody: Client
) -> None:
    page = as_bob.get(f"/s/{session.pk}/")
    (way,) = soup(page).select(".reply a[href$='/link/']")
    link = text(as_bob.get(str(way["href"])), ".pane pre")
    assert link.startswith("http://testserver/answer/")
    shown = somebody.get(link.removeprefix("http://testserver"))
    assert "in the name of Bob" in text(shown, ".auth-card > .tiny")


def test_a_viewer_and_a_stranger_are_given_no_link(
    as_vera: Client, as_mallory: Client, as_bob: Client, session: Session
) -> None:
    address = f"/s/{session.pk}/questions/{session.questions.get().pk}/link/"
    assert as_bob.get(address).status_code == 200
    assert as_vera.get(address).status_code == 404
    assert as_mallory.get(address).status_code == 404
    assert soup(as_vera.get(f"/s/{session.pk}/")).select("a[href$='/link/']") == []


def test_there_is_no_link_to_an_approval(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    asked(session)
    question = session.questions.get()
    assert as_bob.get(f"/s/{session.pk}/questions/{question.pk}/link/").status_code == 404


def test_no_link_raises_a_limit(
    somebody: Client, as_alice: Client, alice: User, make_session: SessionMaker
) -> None:
    """Whoever a link was passed on to could add what they like to the budget, in an admin's name."""
    session = make_session(status=Status.IN_PROGRESS)
    spend(session, "1.02")
    question = at(session, Limit.SPACE_BUDGET)
    assert as_alice.get(f"/s/{session.pk}/questions/{question.pk}/link/").status_code == 404
    assert soup(as_alice.get(f"/s/{session.pk}/")).select("a[href$='/link/']") == []
    link = f"/answer/{token_for(question, alice)}/"
    assert somebody.post(link, {"choice": "0", "text": "99999"}).status_code == 404
    question.refresh_from_db()
    assert question.is_open


def test_the_link_shows_the_question_and_nothing_else_of_the_session(
    somebody: Client, session: Session, link: str
) -> None:
    session.append("said", {"text": "A secret plan."})
    page = somebody.get(link)
    assert text(page, "h1") == "Site builder asks"
    assert text(page, ".asked-words") == "Drop orders.legacy_ref, or copy it first?"
    assert "Back up, then drop" in texts(page, ".opt")[0]
    assert "A secret plan." not in page.content.decode()
    assert f"/s/{session.pk}/" not in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]


def test_opening_the_link_uses_nothing_up(somebody: Client, session: Session, link: str) -> None:
    somebody.get(link)
    somebody.head(link)
    assert session.questions.get().is_open


def test_somebody_without_an_account_answers_in_the_name_of_who_made_the_link(
    somebody: Client, session: Session, link: str, bob: User, as_alice: Client
) -> None:
    somebody.get(link)
    answer = somebody.post(link, {"choice": "0", "text": "Take care.", "key": str(uuid.uuid4())})
    assert answer["Location"] == link
    asked = session.questions.get()
    assert (asked.answer, asked.answered_by) == ("Back up, then drop\n\nTake care.", bob)
    assert "Bob answered by link" in text(somebody.get(link), "[role=status]")
    assert "Bob answered by link: Back up, then drop" in text(as_alice.get(f"/s/{session.pk}/"), ".asked")
    session.refresh_from_db()
    assert session.latest_task and session.latest_task.status == Status.PENDING


def test_the_link_works_once(somebody: Client, session: Session, link: str) -> None:
    somebody.post(link, {"choice": "0"})
    again = somebody.post(link, {"choice": "1", "text": "No, wait."})
    assert again.status_code == 422
    assert text(again, "[role=alert]") == "Bob answered before you. Your text is still here."
    assert text(again, "textarea[readonly]") == "No, wait."
    assert session.questions.get().answer == "Back up, then drop"


def test_a_form_that_is_sent_twice_is_taken_once_and_says_no_harm(
    somebody: Client, session: Session, link: str
) -> None:
    form = {"choice": "0", "key": str(uuid.uuid4())}
    assert [somebody.post(link, form).status_code for _ in range(2)] == [302, 302]
    assert session.events.filter(kind="answered").count() == 1


def test_an_answer_that_does_not_fit_keeps_what_was_written(somebody: Client, link: str) -> None:
    page = somebody.post(link, {"choice": ["0", "1"], "text": "Both?"})
    assert page.status_code == 422
    assert text(page, "#answer-error") == "Choose one answer only."
    assert text(page, "#answer-text") == "Both?"


def test_the_link_dies_with_the_right_of_whoever_made_it(somebody: Client, link: str, bob: User) -> None:
    assert somebody.get(link).status_code == 200
    Membership.objects.filter(user=bob).delete()
    assert somebody.get(link).status_code == 404
    assert somebody.post(link, {"choice": "0"}).status_code == 404


def test_a_link_that_nobody_made_leads_nowhere(somebody: Client, link: str) -> None:
    assert somebody.get("/answer/anything/").status_code == 404
    assert somebody.post(link.replace(":", "x:", 1), {"choice": "0"}).status_code == 404


def test_a_link_to_a_question_that_was_withdrawn_says_so(
    somebody: Client, session: Session, link: str, bob: User
) -> None:
    assert session.latest_task
    session.latest_task.ask_to_stop(by=bob)
    assert text(somebody.get(link), "[role=status]").startswith("This question was closed")
