from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing

from sessions_app.models import Membership, Question, Role, Status, User, answer_link
from sessions_app.models.answer_link import LinkDead, lent_by, token_for
from tests.conftest import SessionMaker


@pytest.fixture
def asked(make_session: SessionMaker) -> Question:
    return make_session(status=Status.WAITING_FOR_INPUT).questions.get()


def test_a_link_names_its_question_and_who_lent_it(asked: Question, bob: User) -> None:
    assert lent_by(token_for(asked, bob)) == (asked, bob)


def test_a_link_that_was_tampered_with_leads_nowhere(asked: Question, bob: User) -> None:
    token = token_for(asked, bob)
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), f"x{token}", "", signing.dumps([1, 1])):
        with pytest.raises(LinkDead):
            lent_by(forged)


def test_after_thirty_days_a_link_is_dead(
    asked: Question, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_for(asked, bob)
    monkeypatch.setattr(answer_link, "LIFETIME", timedelta(seconds=-1))
    with pytest.raises(LinkDead):
        lent_by(token)


def test_a_link_lasts_no_longer_than_the_right_of_whoever_made_it(asked: Question, bob: User) -> None:
    token = token_for(asked, bob)
    membership = Membership.objects.filter(user=bob)
    membership.update(role=Role.VIEWER)
    with pytest.raises(LinkDead):
        lent_by(token)
    membership.update(role=Role.MEMBER)
    assert lent_by(token).issuer == bob
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    with pytest.raises(LinkDead):
        lent_by(token)


def test_a_link_of_a_stranger_leads_nowhere(asked: Question, vera: User, mallory: User) -> None:
    for person in (vera, mallory):
        with pytest.raises(LinkDead):
            lent_by(token_for(asked, person))
