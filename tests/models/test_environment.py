from __future__ import annotations

import pytest
from django.test import Client

from sessions_app.models import Computer, Environment, EnvironmentRefused, EnvironmentState, User
from sessions_app.models.environment import save_from
from tests.conftest import SessionMaker


def test_a_name_is_wanted_once_and_something_to_save(make_session: SessionMaker, alice: User) -> None:
    session = make_session()
    with pytest.raises(EnvironmentRefused, match="no computer yet"):
        save_from(session, "Shop", by=alice)
    Computer.objects.create(session=session, boot="b")
    session.refresh_from_db()
    assert save_from(session, "  Signed in\n to the shop ", by=alice).name == "Signed in to the shop"
    for name, words in (
        ("", "Give the environment a name"),
        ("x" * 61, "The limit is 60"),
        ("signed IN to the shop", "already"),
    ):
        with pytest.raises(EnvironmentRefused, match=words):
            save_from(session, name, by=alice)


def test_one_that_was_not_saved_gives_its_name_free(make_session: SessionMaker, alice: User) -> None:
    session = make_session()
    Computer.objects.create(session=session, boot="b")
    session.refresh_from_db()
    save_from(session, "Shop", by=alice)
    Environment.objects.update(state=EnvironmentState.FAILED, note="The disk is full.")
    assert save_from(session, "Shop", by=alice).state == EnvironmentState.SAVING


def test_members_save_and_delete_and_others_do_not(
    make_session: SessionMaker, as_bob: Client, as_vera: Client, as_mallory: Client
) -> None:
    session = make_session()
    Computer.objects.create(session=session, boot="b")
    for client in (as_vera, as_mallory):
        assert client.post(f"/s/{session.pk}/computer/save/", {"name": "Shop"}).status_code == 404
    as_bob.post(f"/s/{session.pk}/computer/save/", {"name": "Shop"})
    shop = Environment.objects.get()
    assert "Being saved" in as_vera.get("/environments/").content.decode()
    for client in (as_vera, as_mallory):
        assert client.post(f"/environments/{shop.pk}/delete/").status_code == 404
    as_bob.post(f"/environments/{shop.pk}/delete/")
    assert Environment.objects.get().state == EnvironmentState.DELETING
