"""Who may look, and who may do: each address is tried by a stranger, by nobody and by a viewer."""

from __future__ import annotations

import pytest
from django.test import Client

from sessions_app.models import Agent, Membership, Role, User
from tests.conftest import SessionMaker
from tests.web.page import text

SHOWN_TO_MEMBERS = ["/sessions/", "/agents/builder/", "/account/", "/machine/", "/models/"]
FOR_ADMINS = ["/agents/new/", "/agents/builder/settings/", "/models/new/"]
DOING = ["/agents/builder/", "/agents/new/", "/agents/builder/settings/", "/sessions/reviewed/"]


@pytest.mark.parametrize("address", [*SHOWN_TO_MEMBERS, *FOR_ADMINS, "/sessions/new/"])
def test_who_is_not_signed_in_is_asked_to(client: Client, agent: Agent, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"] == f"/login/?next={address}"


@pytest.mark.parametrize("address", DOING)
def test_who_is_not_signed_in_changes_nothing(client: Client, agent: Agent, address: str) -> None:
    response = client.post(address, {"text": "Do it.", "name": "Mine"})
    assert response["Location"].startswith("/login/")
    assert Agent.objects.count() == 1
    assert agent.sessions.count() == 0


@pytest.mark.parametrize("address", ["/agents/builder/", "/agents/builder/settings/"])
def test_a_stranger_finds_nothing(as_mallory: Client, agent: Agent, address: str) -> None:
    assert as_mallory.get(address).status_code == 404
    assert as_mallory.post(address, {"text": "Do it."}).status_code == 404
    assert agent.sessions.count() == 0


def test_a_stranger_sees_no_session_of_others(as_mallory: Client, make_session: SessionMaker) -> None:
    make_session("Rebuild the pricing page.")
    page = as_mallory.get("/sessions/?q=pricing")
    assert page.status_code == 200
    assert b"Rebuild" not in page.content
    assert b"Site builder" not in page.content


def test_a_stranger_cannot_name_another_space(as_mallory: Client, agent: Agent) -> None:
    assert as_mallory.post("/account/space/", {"space": agent.space_id}).status_code == 404
    assert as_mallory.get("/agents/builder/").status_code == 404


def test_a_stranger_dispatches_to_no_agent_of_others(as_mallory: Client, mallory: User, agent: Agent) -> None:
    mine = Agent.objects.create(space=mallory.memberships.get().space, slug="mine", name="Mine")
    response = as_mallory.post("/agents/mine/", {"text": "Do it.", "agent": agent.slug})
    assert response.status_code == 404
    assert agent.sessions.count() == mine.sessions.count() == 0


@pytest.mark.parametrize("address", SHOWN_TO_MEMBERS)
def test_a_viewer_may_look(as_vera: Client, agent: Agent, address: str) -> None:
    assert as_vera.get(address).status_code == 200


@pytest.mark.parametrize("address", DOING)
def test_a_viewer_may_not_do(as_vera: Client, agent: Agent, address: str) -> None:
    assert as_vera.post(address, {"text": "Do it.", "name": "Mine"}).status_code == 404
    assert Agent.objects.count() == 1
    assert agent.sessions.count() == 0


def test_a_viewer_is_told_why_there_is_no_box(as_vera: Client, agent: Agent) -> None:
    page = as_vera.get("/agents/builder/")
    assert "You can watch what Site builder does." in text(page, ".note")
    assert b"<textarea" not in page.content


@pytest.mark.parametrize("address", FOR_ADMINS)
def test_a_member_does_not_manage_agents(as_bob: Client, agent: Agent, address: str) -> None:
    assert as_bob.get(address).status_code == 404
    assert as_bob.post(address, {"name": "Mine"}).status_code == 404
    assert Agent.objects.get().name == "Site builder"


def test_who_is_in_no_space_is_told_so(as_alice: Client, alice: User) -> None:
    alice.memberships.all().delete()
    page = as_alice.get("/sessions/")
    assert "Ask an admin to add you." in text(page, ".empty")


def test_who_is_in_two_spaces_looks_at_one_and_goes_to_the_other(
    as_alice: Client, alice: User, mallory: User, agent: Agent
) -> None:
    elsewhere = mallory.memberships.get().space
    Agent.objects.create(space=elsewhere, slug="scout", name="Scout")
    Membership.objects.create(space=elsewhere, user=alice, role=Role.MEMBER)
    assert as_alice.get("/agents/scout/").status_code == 404
    as_alice.post("/account/space/", {"space": elsewhere.pk})
    assert as_alice.get("/agents/scout/").status_code == 200
    assert as_alice.get("/agents/builder/").status_code == 404
