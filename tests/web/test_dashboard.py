from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.models import Agent, Artifact, Question, Session, Status, Task
from tests.conftest import SessionMaker
from tests.web.page import soup, text, texts


def test_sessions_stand_where_they_belong(as_alice: Client, make_session: SessionMaker) -> None:
    make_session("Choose a table.", status=Status.WAITING_FOR_INPUT)
    make_session("Count the rows.", status=Status.IN_PROGRESS)
    make_session("Wait for a worker.")
    make_session("Say hello.", status=Status.COMPLETED)
    page = as_alice.get("/sessions/")
    assert texts(page, "#session-list h2") == ["Needs input", "Running and queued", "Finished today"]
    assert texts(page, ".ask a.b") == ["Choose a table"]
    assert texts(page, "[data-group=under_way] .go") == ["Count the rows", "Wait for a worker"]
    assert texts(page, "[data-group=finished] .go") == ["Say hello"]


def test_an_empty_place_says_how_to_begin(as_alice: Client, agent: Agent) -> None:
    page = as_alice.get("/sessions/")
    assert text(page, ".empty h2") == "No sessions yet"
    assert soup(page).select_one(".empty a[href='/sessions/new/']")


def test_the_card_asks_the_question_and_takes_an_answer(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    card = soup(as_bob.get("/sessions/")).select(f"#card-{session.pk}")[0]
    question = session.questions.get()
    form = card.select("form")[0]
    assert card.select(".clip")[0].get_text(strip=True) == question.text
    assert form["action"] == f"/s/{session.pk}/questions/{question.pk}/answer/"
    assert form.select("[name=next]")[0]["value"] == "dashboard"
    assert [button["value"] for button in form.select("button[name=choice]")] == ["0"]
    assert form.select("textarea[name=text]")


def test_the_question_on_a_card_is_rendered_as_in_its_session(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    session.questions.update(text="May I run `make`? <b>No</b> risk.\n\n1. Yes\n2. No")
    page = as_bob.get("/sessions/")
    assert texts(page, f"#card-{session.pk} .clip code") == ["make"]
    assert texts(page, f"#card-{session.pk} .clip ol li") == ["Yes", "No"]
    assert not soup(page).select(f"#card-{session.pk} .clip b")
    latest = as_bob.get(f"/agents/{session.agent.slug}/")
    assert "May I run make? <b>No</b> risk." in text(latest, "main .row .two > .cut")


def test_what_cannot_be_undone_is_chosen_on_the_session_page(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    link = soup(as_bob.get("/sessions/")).select(f"#card-{session.pk} a.opt")[0]
    assert link.get_text() == "Drop it…"
    assert link["href"] == f"/s/{session.pk}/?choice=1"


def test_a_viewer_reads_the_question_without_a_form(as_vera: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.WAITING_FOR_INPUT)
    page = as_vera.get("/sessions/")
    assert text(page, f"#card-{session.pk} .clip") == session.questions.get().text
    assert texts(page, f"#card-{session.pk} form") == []


def test_who_waited_longest_comes_first(as_alice: Client, make_session: SessionMaker) -> None:
    make_session("Ask first.", status=Status.WAITING_FOR_INPUT)
    older = make_session("Ask second.", status=Status.WAITING_FOR_INPUT)
    Question.objects.filter(session=older).update(asked_at=timezone.now() - timedelta(minutes=26))
    page = as_alice.get("/sessions/")
    assert texts(page, ".ask a.b") == ["Ask second", "Ask first"]
    assert "Oldest has waited 26 min" in texts(page, ".group > header")[0]


def test_six_cards_are_shown_and_the_others_kept_folded(as_alice: Client, make_session: SessionMaker) -> None:
    for number in range(8):
        make_session(f"Ask {number}.", status=Status.WAITING_FOR_INPUT)
    page = as_alice.get("/sessions/")
    assert text(page, ".more-asks summary") == "Show 2 more"
    assert len(texts(page, "section > .asks > .ask")) == 6
    assert texts(page, ".group > header .count") == ["8"]


def test_a_running_session_says_what_it_does(as_alice: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    Task.objects.filter(session=session).update(doing="Running npm test")
    assert "Running npm test" in text(as_alice.get("/sessions/"), f"#row-{session.pk}")


def test_a_queued_session_says_its_place(as_alice: Client, make_session: SessionMaker) -> None:
    make_session()
    second = make_session()
    assert "2nd in line." in text(as_alice.get("/sessions/"), f"#row-{second.pk}")


def test_a_failed_session_says_why(as_alice: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.FAILED)
    assert "The model stopped answering." in text(as_alice.get("/sessions/"), f"#row-{session.pk}")


def test_the_finished_are_gathered_by_day(as_alice: Client, make_session: SessionMaker) -> None:
    now = timezone.now()
    for days, title in ((0, "Today."), (1, "Yesterday."), (400, "Long ago.")):
        session = make_session(title, status=Status.COMPLETED)
        Task.objects.filter(session=session).update(ended_at=now - timedelta(days=days))
    headings = texts(as_alice.get("/sessions/"), "#session-list h2")
    long_ago = timezone.localtime(now - timedelta(days=400))
    assert headings == ["Finished today", "Yesterday", f"{long_ago:%-d %B %Y}"]


def test_a_day_is_the_readers_day(as_alice: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.COMPLETED)
    ended_at = timezone.now().replace(hour=12, minute=30) - timedelta(days=2)
    Task.objects.filter(session=session).update(ended_at=ended_at)
    as_alice.cookies["tz"] = "Asia/Kolkata"
    assert "18:00" in text(as_alice.get("/sessions/"), f"#row-{session.pk}")
    as_alice.cookies["tz"] = "../../etc/passwd"
    assert as_alice.get("/sessions/").status_code == 200


def test_what_nobody_opened_since_it_ended_is_marked(as_alice: Client, make_session: SessionMaker) -> None:
    new, seen = make_session(status=Status.COMPLETED), make_session(status=Status.COMPLETED)
    seen.mark_reviewed()
    page = as_alice.get("/sessions/")
    assert "Not reviewed yet" in text(page, f"#row-{new.pk}")
    assert "Not reviewed yet" not in text(page, f"#row-{seen.pk}")


def test_all_can_be_marked_reviewed_at_once(
    as_bob: Client, as_mallory: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.COMPLETED)
    as_mallory.post("/sessions/reviewed/")
    assert Session.objects.get(pk=session.pk).unreviewed
    assert as_bob.post("/sessions/reviewed/")["Location"] == "/sessions/"
    assert not Session.objects.get(pk=session.pk).unreviewed


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("status=completed", ["Say hello"]),
        ("status=waiting_for_input", ["Choose a table"]),
        ("q=HELLO", ["Say hello"]),
        ("agent=builder", ["Choose a table", "Say hello"]),
        ("agent=nobody", []),
        ("status=nonsense&page=nonsense", ["Choose a table", "Say hello"]),
        ("q=%00hello", ["Say hello"]),
    ],
)
def test_what_is_shown_can_be_narrowed(
    as_alice: Client, make_session: SessionMaker, query: str, titles: list[str]
) -> None:
    make_session("Choose a table.", status=Status.WAITING_FOR_INPUT)
    make_session("Say hello.", status=Status.COMPLETED)
    assert texts(as_alice.get(f"/sessions/?{query}"), ".ask a.b, .row .go") == titles


def test_a_search_that_finds_nothing_says_what_it_looked_for(
    as_alice: Client, make_session: SessionMaker
) -> None:
    make_session("Sort the invoices.")
    page = as_alice.get("/sessions/", {"q": "<b>invioces"})
    assert text(page, ".empty h2") == "No session matches “<b>invioces”"
    assert text(page, ".empty a") == "Clear search"


def test_fifty_rows_make_a_page(as_alice: Client, make_session: SessionMaker) -> None:
    for number in range(52):
        make_session(f"Say {number}.", status=Status.COMPLETED)
    first, second = as_alice.get("/sessions/?agent=builder"), as_alice.get("/sessions/?agent=builder&page=2")
    assert len(texts(first, ".row")) == 50
    assert texts(second, ".row .go") == ["Say 1", "Say 0"]
    assert soup(first).select(".pager a")[0]["href"] == "/sessions/?agent=builder&page=2"


def test_more_rows_cost_no_more_queries(as_alice: Client, make_session: SessionMaker) -> None:
    def asked_for() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_alice.get("/sessions/").status_code == 200
        return len(queries)

    def one_of_each() -> None:
        for status in Status:
            session = make_session(f"Be {status}.", status=status)
            Artifact.objects.create(session=session, path="notes.md", name="notes.md")

    one_of_each()
    before = asked_for()
    for _ in range(4):
        one_of_each()
    assert asked_for() == before <= 16


def test_the_window_title_counts_who_waits(as_alice: Client, make_session: SessionMaker) -> None:
    make_session(status=Status.WAITING_FOR_INPUT)
    page = as_alice.get("/sessions/")
    assert text(page, "title").startswith("(1) Sessions · ")
    assert text(page, "#needs-count") == "1 waiting"
    assert "Needs input" in text(page, "#side-agents")
