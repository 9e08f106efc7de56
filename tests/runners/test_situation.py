"""What a person decides while a worker is at work is seen at its next look. No news costs little."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app import dispatch
from sessions_app.agents.policy import Need
from sessions_app.models import Agent, Connection, Grant, Session, Space, Status, Task, User
from sessions_app.runners.situation import Situation, Situations
from tests.conftest import SessionMaker


@pytest.fixture
def running(make_session: SessionMaker) -> Task:
    task = make_session(status=Status.IN_PROGRESS).latest_task
    assert task is not None
    return task


def test_a_look_that_finds_nothing_new_is_one_query(running: Task) -> None:
    situations = Situations(running)
    first = situations.now()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert situations.now() is first
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("decide", "seen"),
    [
        (lambda task, by: task.ask_to_stop(by=by), lambda task, now: task.stop_asked_at is not None),
        (lambda task, by: task.ask_to_pause(by=by), lambda task, now: task.pause_asked_at is not None),
        (lambda task, by: dispatch.say(task.session, "Also this.", by=by), lambda task, now: now.has_unread),
        (
            lambda task, by: Task.objects.filter(pk=task.pk).update(effort="high"),
            lambda task, now: now.thinks_with[1] == "high",
        ),
        (
            lambda task, by: Task.objects.filter(pk=task.pk).update(budget_usd=Decimal(2)),
            lambda task, now: now.is_limited and task.budget_usd == 2,
        ),
        (
            lambda task, by: Space.objects.update(monthly_budget_usd=Decimal(9)),
            lambda task, now: now.is_limited,
        ),
        (
            lambda task, by: Agent.objects.update(ask_before={"forms": True}),
            lambda task, now: now.policy.forms,
        ),
        (
            lambda task, by: Task.objects.filter(pk=task.pk).update(expires_at=timezone.now()),
            lambda task, now: task.is_past_its_time,
        ),
    ],
    ids="stop pause message effort budget space_budget policy time".split(),
)
def test_what_was_decided_is_seen_at_the_next_look(
    running: Task,
    alice: User,
    decide: Callable[[Task, User], object],
    seen: Callable[[Task, Situation], bool],
) -> None:
    situations = Situations(running)
    assert not seen(running, situations.now())
    decide(Task.objects.select_related("session__space").get(pk=running.pk), alice)
    assert seen(running, situations.now())


def test_a_grant_counts_until_it_is_taken_back(running: Task, alice: User) -> None:
    situations, session = Situations(running), running.session
    need = Need("command", "npm publish")
    assert need not in situations.now().policy.granted
    grant = Grant.objects.create(rule=need.rule, subject=need.subject, session=session, given_by=alice)
    assert need in situations.now().policy.granted
    grant.take_back(by=alice)
    assert need not in situations.now().policy.granted
    Grant.objects.create(rule=need.rule, subject=need.subject, agent=session.agent, given_by=alice)
    assert need in situations.now().policy.granted


def test_another_key_of_the_connection_is_seen(running: Task, space: Space) -> None:
    given = {"provider": "openai_compatible", "label": "Ours", "base_url": "http://127.0.0.1:9/v1"}
    ours = Connection.objects.create(space=space, slug="ours", **given)
    Task.objects.filter(pk=running.pk).update(model="ours:model")
    situations = Situations(running)
    before = situations.now().thinks_with
    Connection.objects.filter(pk=ours.pk).update(changed_at=timezone.now() + timedelta(seconds=1))
    assert situations.now().thinks_with != before


def test_what_the_worker_writes_itself_is_no_news(running: Task) -> None:
    situations = Situations(running)
    first = situations.now()
    with running.session.writing() as session:
        session.append("said", {"text": "On it."}, task=running)
    Task.objects.filter(pk=running.pk).update(doing="Reading", actions=3, spent_usd=Decimal(1))
    assert situations.now() is first


def test_the_numbers_of_a_transaction_that_fails_are_free_again(running: Task) -> None:
    session = running.session
    before = Session.objects.get(pk=session.pk).last_seq
    with pytest.raises(RuntimeError), session.writing() as held:
        held.append("said", {"text": "Never."}, task=running)
        raise RuntimeError
    session.append("said", {"text": "Once."}, task=running)
    assert Session.objects.get(pk=session.pk).last_seq == before + 1
    assert session.events.latest("seq").seq == before + 1
