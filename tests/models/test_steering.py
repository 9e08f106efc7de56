from __future__ import annotations

import pytest

from sessions_app.models import LanguageModel, Session, Status, Task, User
from sessions_app.models.conversation import say
from sessions_app.models.steering import ChoiceRefused, choices_of, steer
from tests.conftest import SessionMaker


@pytest.fixture
def other(db: None) -> LanguageModel:
    """A model without levels of effort."""
    return LanguageModel.objects.create(name="openai:other", label="Other", provider="OpenAI")


def task_of(session: Session) -> Task:
    return Task.objects.select_related("session").filter(session=session).latest("number")


@pytest.mark.parametrize(
    "status", [Status.PENDING, Status.IN_PROGRESS, Status.PAUSED, Status.WAITING_FOR_INPUT]
)
def test_a_live_task_goes_on_with_another_effort(
    status: Status, make_session: SessionMaker, bob: User
) -> None:
    session = make_session(status=status)
    steer(task_of(session), model="demo", effort="high", by=bob)
    task = task_of(session)
    assert (task.model, task.effort, task.status) == ("demo", "high", status)
    assert session.events.get(kind="steered").payload == {"effort": "High", "by_name": "Bob"}


def test_an_effort_that_the_new_model_does_not_have_is_not_claimed(
    make_session: SessionMaker, bob: User, other: LanguageModel
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    steer(task_of(session), model=other.name, effort="high", by=bob)
    assert (task_of(session).model, task_of(session).effort) == (other.name, "")
    told = {"model": "Other", "effort": "Default", "by_name": "Bob"}
    assert session.events.get(kind="steered").payload == told


def test_an_effort_that_nobody_offered_is_not_kept(
    make_session: SessionMaker, bob: User, model: LanguageModel
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    LanguageModel.objects.all().delete()
    steer(task_of(session), model="demo", effort="medium", by=bob)
    assert task_of(session).effort == "medium"
    steer(task_of(session), model="demo", effort="<b>\x00" * 20, by=bob)
    assert task_of(session).effort == ""


def test_the_same_again_is_no_change(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    steer(task_of(session), model="demo", effort="medium", by=bob)
    assert not session.events.filter(kind="steered").exists()


def test_a_model_that_is_not_offered_is_refused(
    make_session: SessionMaker, bob: User, other: LanguageModel
) -> None:
    session = make_session(status=Status.IN_PROGRESS)
    other.available = False
    other.save()
    with pytest.raises(ChoiceRefused, match="not offered here"):
        steer(task_of(session), model=other.name, effort="", by=bob)
    assert task_of(session).model == "demo"


def test_what_has_ended_is_not_steered_any_more(make_session: SessionMaker, bob: User) -> None:
    session = make_session(status=Status.COMPLETED)
    with pytest.raises(ChoiceRefused, match="ended meanwhile"):
        steer(task_of(session), model="demo", effort="high", by=bob)


def test_a_follow_up_takes_the_model_that_was_chosen_for_it_and_the_next_one_the_agents_own(
    make_session: SessionMaker, bob: User, other: LanguageModel
) -> None:
    session = make_session(status=Status.COMPLETED)
    say(session, "Once more.", by=bob, model=other.name)
    first = task_of(session)
    assert (first.model, first.effort) == (other.name, "")
    first.move("cancel", {"by_name": "Bob"})
    assert choices_of(first, session).model == "demo"
    say(session, "And again.", by=bob)
    assert (task_of(session).model, task_of(session).effort) == ("demo", "medium")
