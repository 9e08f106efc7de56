from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from sessions_app.management.seed import seed
from sessions_app.models import User, sign_in_link


class Command(BaseCommand):
    help = "Print a link that signs a person in, once, within 15 minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "person", nargs="?", help="User name or e-mail address; the first owner otherwise."
        )
        parser.add_argument("--port", type=int, default=settings.PORT, help="Where the server listens.")

    def handle(self, *args: Any, person: str | None, port: int, **options: Any) -> None:
        user = User.objects.filter(username=person).first() if person else seed()
        if user is None:
            raise CommandError(f"Nobody is called {person}. Give the user name or the e-mail address.")
        path = reverse("sign_in_link", args=[sign_in_link.issue(user)])
        self.stdout.write(f"http://localhost:{port}{path}")
