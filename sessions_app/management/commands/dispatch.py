from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions_app import dispatch
from sessions_app.management.seed import seed
from sessions_app.models import Agent, AnsweredAlready, AnswerRefused, Session
from sessions_app.models.conversation import TextRefused


class Command(BaseCommand):
    help = (
        "Give an agent work, or send words to a session, as the first owner. The running server picks it up."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("agent", help="The agent's short name, as in its address.")
        parser.add_argument("text", help="What it should do, or what to tell it.")
        parser.add_argument("--session", type=int, help="An existing session, instead of a new one.")
        parser.add_argument("--model", help="Let the agent think with this model from now on.")
        parser.add_argument("--effort", help="Reasoning effort for this run.")

    def handle(self, *args: Any, agent: str, text: str, session: int | None, **options: Any) -> None:
        owner = seed()
        worker = Agent.objects.managed_by(owner).filter(slug=agent).first()
        if worker is None:
            raise CommandError(f"No agent is called {agent}. See the sidebar for the names.")
        if options["model"]:
            Agent.objects.filter(pk=worker.pk).update(model=options["model"])
            worker.refresh_from_db()
        try:
            if session is None:
                begun = dispatch.begin(worker, text, by=owner, effort=options["effort"])
            else:
                begun = Session.objects.directed_by(owner).get(pk=session, agent=worker)
                dispatch.say(begun, text, by=owner, effort=options["effort"])
        except Session.DoesNotExist:
            raise CommandError(f"This agent has no session {session}.") from None
        except (TextRefused, AnswerRefused, AnsweredAlready) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"/s/{begun.pk}/")
