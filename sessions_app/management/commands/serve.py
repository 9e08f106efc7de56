from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions_app.management.start import StartRefused, start


class Command(BaseCommand):
    help = "Serve the dashboard and run the agents, in one process."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, help="Where to listen; the next free port from 8000 otherwise."
        )
        parser.add_argument("--host", help="The address to listen on; only this machine otherwise.")

    def handle(self, *args: Any, port: int | None, host: str | None, **options: Any) -> None:
        try:
            start(port=port, host=host)
        except StartRefused as refused:
            raise CommandError(str(refused)) from None
