from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from sessions_app.models import User, sign_in_link

from .lock import AlreadyServing, take_lock
from .ports import NoPort, listen
from .seed import seed


class StartRefused(Exception):
    """The server cannot start here; says why and what to do."""


def start(*, port: int | None, host: str | None) -> None:
    """Take the folder, bring its database up to date, and serve until told to stop. Raises StartRefused."""
    with holding_the_folder():
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        owner = seed()
        bind = host or settings.BIND
        try:
            pages = listen(bind, port or settings.PORT, named=port is not None)
            own_port = pages.getsockname()[1]
            wanted = settings.CONTENT_PORT if port is None else port + 1
            content = listen(bind, wanted, named=False, avoid=own_port)
        except NoPort as none:
            raise StartRefused(str(none)) from None
        settings.CONTENT_PORT = content.getsockname()[1]
        from .serve import serve

        serve([pages, content], announce=welcome(owner, f"http://{_shown(bind)}:{own_port}"))


@contextmanager
def holding_the_folder() -> Iterator[None]:
    """Nobody else works on LIGHTCONE_HOME meanwhile. Raises StartRefused when somebody does."""
    os.umask(0o077)
    try:
        with take_lock(settings.LIGHTCONE_HOME / "serve.lock"):
            yield
    except AlreadyServing as taken:
        raise StartRefused(str(taken)) from None


def welcome(owner: User, origin: str) -> str:
    """The one line to open: a single-use link while the owner has no password, the address afterwards."""
    if owner.has_usable_password():
        return f"{settings.SITE_NAME} is at {origin}/"
    path = reverse("sign_in_link", args=[sign_in_link.issue(owner)])
    return f"Open {origin}{path} to sign in (once, within 15 minutes)."


def _shown(bind: str) -> str:
    if bind in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{bind}]" if ":" in bind else bind
