"""What the first start finds: a space, its owner, and two agents that work without any key."""

from __future__ import annotations

from django.db import transaction

from sessions_app.models import Agent, Membership, Role, Space, User

OWNER = "owner"

_AGENTS = (
    {
        "slug": "site-builder",
        "name": "Site builder (demo)",
        "purpose": "Builds a one-page site. Runs on the built-in demo, which is no AI.",
        "model": "demo",
        "effort": "careful",
        "examples": [
            {"title": "Build a site", "text": "Make a one-page site about our neighbourhood bakery"},
            {"title": "Run a command", "text": "run `python3 --version && git --version`"},
            {"title": "Answer a question", "text": "Ask me which colour the banner should have"},
        ],
    },
    {
        "slug": "researcher",
        "name": "Researcher (demo)",
        "purpose": "Opens pages and sums them up. Runs on the built-in demo, which is no AI.",
        "model": "demo",
        "effort": "careful",
        "examples": [
            {"title": "Sum up a page", "text": "Open https://example.com and summarise it"},
            {"title": "Write a file", "text": "write file notes.md: # Notes"},
            {"title": "Wait and report", "text": "wait 20 seconds"},
        ],
    },
)


def seed() -> User:
    """Make what is missing on the first start; the first owner. Later starts change nothing."""
    with transaction.atomic():
        first = Membership.objects.filter(role=Role.ADMIN).select_related("user").order_by("pk").first()
        if first:
            return first.user
        owner = User(username=OWNER)
        owner.set_unusable_password()
        owner.save()
        space = Space.objects.create(name="Home")
        Membership.objects.create(space=space, user=owner, role=Role.ADMIN)
        for agent in _AGENTS:
            Agent.objects.create(space=space, created_by=owner, **agent)
        return owner
