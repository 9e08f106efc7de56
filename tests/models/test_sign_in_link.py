from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from sessions_app.models import SignInLink, User
from sessions_app.models.sign_in_link import consume, issue, still_good


def test_a_link_signs_in_once(alice: User) -> None:
    secret = issue(alice)
    assert still_good(secret)
    assert consume(secret) == alice
    assert not still_good(secret)
    assert consume(secret) is None


def test_a_link_is_too_old_after_15_minutes(alice: User) -> None:
    secret = issue(alice)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert consume(secret) is None


def test_a_link_of_somebody_who_left_is_worth_nothing(alice: User) -> None:
    secret = issue(alice)
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    assert consume(secret) is None


def test_the_secret_itself_is_not_kept(alice: User) -> None:
    secret = issue(alice)
    assert secret not in SignInLink.objects.get().digest
