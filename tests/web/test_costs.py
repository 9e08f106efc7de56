from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from sessions_app.models import Agent, ModelCall, Session, Status
from sessions_app.models.model_call import Usage, record_call
from tests.conftest import SessionMaker
from tests.live.transcripts import write, write_commands
from tests.web.page import soup, text, texts

Spends = Callable[..., Session]


@pytest.fixture
def spends(make_session: SessionMaker) -> Spends:
    """A session whose calls cost this; None is a price that nobody knows."""

    def spend(
        *costs: str | None, title: str = "Rebuild the pricing page", agent: Agent | None = None
    ) -> Session:
        session = make_session(title, status=Status.IN_PROGRESS, agent=agent)
        for cost in costs:
            with session.writing() as held:
                usage = Usage(12_000, 410, 9_000, cost_usd=None if cost is None else Decimal(cost))
                assert session.latest_task
                record_call(held, session.latest_task, usage, seconds=2)
        return session

    return spend


def test_a_month_is_shown_by_day_by_agent_and_by_session(as_vera: Client, spends: Spends) -> None:
    cheap, dear = spends("0.10", title="Cheap"), spends("1.00", "0.50", title="Dear")
    page = as_vera.get("/costs/")
    assert text(page, "nav .num") == "$1.60"
    assert "3 calls to models took 36,000 tokens in (75% of them cached) and 1,230 out." in text(
        page, "p.small"
    )
    assert texts(page, "section[aria-labelledby=agents-heading] .end") == ["$1.60 3 calls"]
    sessions = "section[aria-labelledby=sessions-heading]"
    assert texts(page, f"{sessions} .go") == ["Dear", "Cheap"]
    addresses = [link["href"] for link in soup(page).select(f"{sessions} .go")]
    assert addresses == [f"/s/{dear.pk}/costs/", f"/s/{cheap.pk}/costs/"]
    assert texts(page, "tbody td")[1:] == ["3", "36,000", "1,230", "$1.60"]
    assert [bar["height"] for bar in soup(page).select(".days rect")][-1] == "100"


def test_what_is_not_known_is_said(as_bob: Client, spends: Spends) -> None:
    spends("0.42", None)
    page = as_bob.get("/costs/")
    assert text(page, "nav .num") == "At least $0.42"
    assert "The price of 1 call is not known: the sum is without them." in text(page, "p.small")


def test_a_month_without_calls_says_so(as_bob: Client) -> None:
    page = as_bob.get("/costs/")
    assert texts(page, ".empty h2") == ["No model was asked"]
    assert not soup(page).select("a[href*=export]")


@pytest.mark.parametrize("asked", ["2026-13", "nonsense", "2999-01", "٢٠٢٦-01", "2026-01'"])
def test_a_month_that_there_is_not_is_this_one(asked: str, as_bob: Client) -> None:
    page = as_bob.get("/costs/", {"month": asked})
    assert text(page, "main h2.h4") == f"{timezone.localdate():%B %Y}"


def test_calls_belong_to_the_day_and_month_of_the_reader(as_bob: Client, spends: Spends) -> None:
    session = spends("0.42")
    midnight = timezone.now().replace(day=1, hour=0, minute=30)
    ModelCall.objects.filter(session=session).update(at=midnight)
    before = (midnight - timedelta(days=1)).strftime("%Y-%m")
    assert text(as_bob.get("/costs/"), "nav .num") == "$0.42"
    as_bob.cookies["tz"] = "America/New_York"
    assert text(as_bob.get("/costs/", {"month": before}), "nav .num") == "$0.42"


def test_the_month_can_be_taken_into_a_spreadsheet(as_vera: Client, spends: Spends) -> None:
    session = spends("0.42", None, title="=HYPERLINK(1)")
    spends(None, title="Untold")
    answer = as_vera.get("/costs/export/")
    assert answer["Content-Disposition"] == f'attachment; filename="costs-{timezone.localdate():%Y-%m}.csv"'
    head, first, second = csv.reader(answer.content.decode().splitlines())
    assert head[:2] == ["day", "agent"]
    assert first[1:] == [
        "Site builder", str(session.pk), "'=HYPERLINK(1)", "demo",
        "2", "24000", "18000", "820", "0.420000", "1",
    ]  # fmt: skip
    assert second[-2:] == ["", "1"]


def test_a_session_shows_its_calls_with_the_steps_that_they_led_to(
    as_vera: Client, make_session: SessionMaker
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    for number in (1, 2):
        said = write(session, "said", text="I look.")
        answer = write(session, "model_responded", response={}, seconds=1)
        with session.writing() as held:
            assert session.latest_task
            usage = Usage(100, 5, cost_usd=Decimal(number))
            record_call(held, session.latest_task, usage, seconds=1, seq=answer.seq)
        write_commands(session, 2)
    page = as_vera.get(f"/s/{session.pk}/costs/")
    assert texts(page, "tbody tr td:first-child") == ["5–7", "2–4"]
    assert texts(page, "tbody tr td:nth-child(2)") == ["$2.00", "$1.00"]
    link = soup(page).select("tbody a")[0]["href"]
    assert link == f"/s/{session.pk}/?before={said.seq + 1}#step-{said.seq}"
    assert soup(as_vera.get(str(link))).select(f"#step-{said.seq}")


def test_a_session_that_asked_no_model_says_so(as_bob: Client, make_session: SessionMaker) -> None:
    page = as_bob.get(f"/s/{make_session().pk}/costs/")
    assert texts(page, ".empty h2") == ["No model was asked yet"]


def test_the_facts_and_the_details_say_what_a_session_cost(as_vera: Client, spends: Spends) -> None:
    priced, unpriced, free = spends("0.42"), spends(None), spends("0")
    assert text(as_vera.get(f"/s/{priced.pk}/"), "#session-facts").endswith("· $0.42")
    for quiet in (unpriced, free):
        assert "cost" not in text(as_vera.get(f"/s/{quiet.pk}/"), "#session-facts").lower()
        assert "$" not in text(as_vera.get(f"/s/{quiet.pk}/"), "#session-facts")
    details = text(as_vera.get(f"/s/{unpriced.pk}/details/"), "#panel .kv")
    assert "12,000 tokens in (75% cached), 410 out" in details
    assert "Cost unknown, call by call" in details
    assert "Cost" not in text(as_vera.get(f"/s/{free.pk}/details/"), "#panel .kv")


def test_a_stranger_sees_nothing_of_it(as_mallory: Client, spends: Spends) -> None:
    session = spends("0.42")
    assert as_mallory.get(f"/s/{session.pk}/costs/").status_code == 404
    assert texts(as_mallory.get("/costs/"), ".empty h2") == ["No model was asked"]
    assert as_mallory.get("/costs/export/").content.count(b"\n") == 1
    for address in ("/costs/", "/costs/export/", f"/s/{session.pk}/costs/"):
        assert Client().get(address)["Location"].startswith("/login/")
