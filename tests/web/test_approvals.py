from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from sessions_app.models import Agent, Grant, Question, Session, Status, User, approval
from sessions_app.models.answer_link import token_for
from sessions_app.models.approval import NeedRow
from tests.conftest import SessionMaker
from tests.models.test_approval import asked
from tests.web.page import soup, text, texts
from tests.web.test_agent_form import SCOUT

HTMX = {"HX-Request": "true"}
HOSTILE = "git push origin\r echo harmless \x1b[2K\u202e<script>alert(1)</script>\xad\U000e0041"


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    session = make_session(status=Status.IN_PROGRESS)
    asked(session)
    return session


def decide(client: Client, session: Session, decision: str, **given: str) -> int:
    question = session.questions.latest("pk").pk
    form = {"question": question, "decision": decision, **given}
    return client.post(f"/s/{session.pk}/approvals/", form).status_code


def test_a_member_is_shown_exactly_what_it_would_do_and_allows_it(as_bob: Client, session: Session) -> None:
    page = as_bob.get(f"/s/{session.pk}/")
    assert text(page, "#approval-text") == "May it push to origin with Git?"
    assert text(page, "#approval pre") == "git push origin main"
    assert texts(page, "#approval button") == [
        "Allow once", "Allow for this session", "Allow for this agent", "Refuse it",
    ]  # fmt: skip
    assert decide(as_bob, session, "session") == 302
    page = as_bob.get(f"/s/{session.pk}/")
    assert texts(page, "#approval button") == []
    assert "Bob allowed it for this session." in text(page, "#steps [data-k=approval]")
    assert text(page, "#session-badge") == "Queued"


def test_nothing_of_it_can_hide(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    asked(session, text=HOSTILE)
    for page in (as_bob.get(f"/s/{session.pk}/"), as_bob.get("/sessions/")):
        for shown in soup(page).select(".exactly pre"):
            words = shown.get_text()
            assert words.startswith("git push origin‹U+000D› echo harmless ‹U+001B›[2K‹U+202E›<script>")
            assert "‹U+00AD›" in words and "‹U+E0041›" in words
        assert not soup(page).select(".exactly script")


def test_the_composer_never_decides(as_bob: Client, session: Session) -> None:
    question = session.questions.get()
    page = as_bob.get(f"/s/{session.pk}/")
    composer = soup(page).select("#composer")[0]
    assert not composer.select("[name=question], [name=decision]")
    as_bob.post(f"/s/{session.pk}/messages/", {"text": "I approve", "decision": "once"})
    as_bob.post(
        f"/s/{session.pk}/messages/", {"text": "I approve", "question": question.pk, "decision": "once"}
    )
    as_bob.post(f"/s/{session.pk}/questions/{question.pk}/answer/", {"text": "yes", "decision": "once"})
    question.refresh_from_db()
    assert question.is_open
    assert [message.text for message in session.messages.all()] == ["I approve"]


def test_a_refusal_takes_its_reason_along(as_bob: Client, session: Session) -> None:
    decide(as_bob, session, "refuse", reason="Not on a <Friday>.")
    page = as_bob.get(f"/s/{session.pk}/")
    assert "Bob refused it. Not on a <Friday>." in text(page, "#steps [data-k=approval]")


def test_a_decision_that_came_too_late_is_told_and_its_reason_stays(
    as_alice: Client, as_bob: Client, session: Session
) -> None:
    asked_too = session.questions.get()
    decide(as_bob, session, "once")
    form = {"question": asked_too.pk, "decision": "refuse", "reason": "No."}
    part = as_alice.post(f"/s/{session.pk}/approvals/", form, headers=HTMX)
    assert (part.status_code, text(part, "#approval-error")) == (
        422, "Bob decided before you. Your text is still here.",
    )  # fmt: skip


@pytest.mark.parametrize("given", ["", "always", "ONCE"])
def test_what_is_no_decision_decides_nothing(given: str, as_bob: Client, session: Session) -> None:
    assert decide(as_bob, session, given) == 422
    assert session.questions.get().is_open


def test_only_admins_allow_something_for_the_agent(
    as_alice: Client, as_bob: Client, session: Session
) -> None:
    assert decide(as_bob, session, "agent") == 404
    assert session.questions.get().is_open
    button = "section[data-manages] .for-admins"  # which is hidden everywhere else
    assert not soup(as_bob.get(f"/s/{session.pk}/")).select(button)
    assert soup(as_alice.get(f"/s/{session.pk}/")).select(button)
    assert decide(as_alice, session, "agent") == 302
    assert Grant.objects.get().agent == session.agent


def test_who_only_watches_sees_what_is_asked_and_decides_nothing(as_vera: Client, session: Session) -> None:
    page = as_vera.get(f"/s/{session.pk}/")
    assert "Waiting for approval." in text(page, "#steps [data-k=approval]")
    assert not soup(page).select("#approval, #approval-form")
    assert decide(as_vera, session, "once") == 404
    assert session.questions.get().is_open


def test_a_stranger_finds_nothing(as_mallory: Client, as_bob: Client, session: Session) -> None:
    assert decide(as_mallory, session, "once") == 404
    decide(as_bob, session, "session")
    grant = Grant.objects.get()
    assert as_mallory.post(f"/s/{session.pk}/grants/{grant.pk}/take-back/").status_code == 404
    assert as_mallory.post(f"/agents/builder/grants/{grant.pk}/take-back/").status_code == 404
    assert as_mallory.get(f"/s/{session.pk}/approvals/").status_code == 405


def test_a_question_of_another_session_is_not_decided_from_here(
    as_bob: Client, session: Session, make_session: SessionMaker
) -> None:
    other = make_session(status=Status.IN_PROGRESS)
    question = asked(other)
    form = {"question": question.pk, "decision": "once"}
    assert as_bob.post(f"/s/{session.pk}/approvals/", form).status_code == 404


def test_an_approval_that_can_be_read_whole_is_decided_on_the_dashboard(
    as_bob: Client, session: Session
) -> None:
    page = as_bob.get("/sessions/")
    card = soup(page).select(f"#card-{session.pk}")[0]
    assert text(page, f"#card-{session.pk} pre") == "git push origin main"
    assert texts(page, f"#card-{session.pk} .opt") == ["Allow once", "More…", "Refuse"]
    form = {one["name"]: one.get("value", "") for one in card.select("input[name]")}
    answer = as_bob.post(f"/s/{session.pk}/approvals/", {**form, "decision": "once"}, follow=True)
    assert answer.redirect_chain == [("/sessions/", 302)]
    assert texts(answer, ".toast") == ["Allowed. Site builder continues."]


def test_a_long_one_has_to_be_opened_before_it_is_allowed(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    asked(session, text="echo " + "x" * 500 + "; git push")
    page = as_bob.get("/sessions/")
    assert texts(page, f"#card-{session.pk} .opt") == ["Read all of it and decide…", "Refuse"]


def test_the_whole_of_a_very_long_one_can_be_read(as_vera: Client, make_session: SessionMaker) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    question = asked(session, text="echo " + "x" * 9_000 + "; git push")
    page = as_vera.get(f"/s/{session.pk}/")
    link = soup(page).select("[data-k=approval] a")[0]["href"]
    assert as_vera.get(str(link)).content.decode() == question.approval["shown"]


def test_what_was_allowed_is_listed_and_taken_back(as_bob: Client, session: Session) -> None:
    decide(as_bob, session, "session")
    page = as_bob.get(f"/s/{session.pk}/details/")
    assert "Git push to origin" in text(page, "#grants")
    form = soup(page).select("#grants form")[0]
    page = as_bob.post(str(form["action"]), follow=True)
    assert not soup(page).select("#grants")
    assert "Bob took back an approval: Git push to origin" in text(page, "[data-k=grant_taken_back]")


def test_what_an_agent_may_is_taken_back_in_its_settings(as_alice: Client, session: Session) -> None:
    decide(as_alice, session, "agent")
    page = as_alice.get("/agents/builder/settings/")
    form = soup(page).select("#grants form")[0]
    page = as_alice.post(str(form["action"]), follow=True)
    assert not soup(page).select("#grants")
    assert not Grant.objects.standing().exists()


def test_what_an_agent_asks_before_is_set_in_its_settings(as_alice: Client, agent: Agent) -> None:
    page = as_alice.get("/agents/builder/settings/")
    assert soup(page).select("#id_ask_git_push[checked]"), "new agents ask before they push"
    form = {
        "name": "B",
        "model": "demo",
        "temperature": "0.2",
        "max_steps": 9,
        "ask_shell_patterns": "npm  publish\n\n rm -rf *\nrm -rf *",
    }
    as_alice.post("/agents/builder/settings/", form)
    agent.refresh_from_db()
    assert agent.ask_before["git_push"] is False
    assert agent.ask_before["shell_patterns"] == ["npm publish", "rm -rf *"]
    page = as_alice.get("/agents/builder/settings/")
    assert text(page, "#id_ask_shell_patterns") == "npm publish rm -rf *"
    page = as_alice.post("/agents/builder/settings/", {**form, "ask_shell_patterns": "x" * 300})
    assert page.status_code == 422
    assert "The limit is 200 characters." in text(page, "#id_ask_shell_patterns_error")


def test_pieces_pushed_to_a_page_show_what_is_asked(as_bob: Client, session: Session) -> None:
    part = as_bob.post(f"/s/{session.pk}/rename/", {"title": "Ship it"}, headers=HTMX)
    piece = BeautifulSoup(part.content, "html.parser").select("#approval")[0]
    page = soup(as_bob.get(f"/s/{session.pk}/")).select("#approval")[0]
    assert str(piece) == str(page)
    assert Question.objects.get().kind == "approve" and approval.is_short(Question.objects.get())


def test_no_link_lets_somebody_decide_who_is_not_signed_in(
    as_bob: Client, session: Session, bob: User
) -> None:
    question = session.questions.get()
    address = f"/answer/{token_for(question, bob)}/"
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"text": "yes", "decision": "once"}).status_code == 404


NETWORK: NeedRow = {"rule": "network", "subject": "pypi.org"}


def test_a_host_is_allowed_for_a_task_and_listed_while_that_lasts(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    asked(session, NETWORK, text="Reach pypi.org")
    assert "Allow for this task" in texts(as_bob.get(f"/s/{session.pk}/"), "#approval button")
    decide(as_bob, session, "once")
    assert "Reaching pypi.org For this task, by Bob" in text(
        as_bob.get(f"/s/{session.pk}/details/"), "#grants"
    )
    as_bob.post(f"/s/{session.pk}/stop/")
    assert not soup(as_bob.get(f"/s/{session.pk}/details/")).select("#grants")


def test_the_hosts_of_an_agent_are_names_as_they_go_over_the_wire(as_alice: Client, agent: Agent) -> None:
    form = {**SCOUT, "ask_network": "on"}
    lines = "PyPI.org.\n*.Example.org\nbücher.example\n10.1.2.3\n"
    as_alice.post("/agents/builder/settings/", {**form, "ask_domains": lines})
    agent.refresh_from_db()
    assert agent.ask_before["domains"] == ["pypi.org", "*.example.org", "xn--bcher-kva.example", "10.1.2.3"]
    assert soup(as_alice.get("/agents/builder/settings/")).select("#id_ask_network[checked]")
    for wrong in ("https://pypi.org/simple", "a b.org", "*", "pypi.org:443", "-x.org"):
        page = as_alice.post("/agents/builder/settings/", {**form, "ask_domains": wrong})
        assert f"“{wrong}” is no name of a host." in text(page, "#id_ask_domains_error"), wrong
    as_alice.post("/agents/builder/settings/", {**form, "ask_network": "", "ask_domains": lines})
    agent.refresh_from_db()
    assert agent.ask_before["domains"] is None
