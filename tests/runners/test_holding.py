from __future__ import annotations

from pathlib import Path

from asgiref.sync import async_to_sync

from sessions_app.artifacts.store import BlobStore
from sessions_app.models import Secret, Session, User
from sessions_app.models.attempt import claim
from sessions_app.models.sealing import seal
from sessions_app.runners.holding import Holding
from tests.conftest import SessionMaker


def test_a_fork_has_no_secret_of_its_origin_and_shows_none(
    make_session: SessionMaker, alice: User, tmp_path: Path
) -> None:
    origin, fork, fork_of_fork = (make_session() for _ in range(3))
    for session, forked_from in ((fork, origin), (fork_of_fork, fork)):
        Session.objects.filter(pk=session.pk).update(forked_from=forked_from)
    Secret.objects.create(session=origin, name="TOKEN", sealed=seal("ghp_0123456789"), given_by=alice)
    Secret.objects.create(session=fork, name="PIN", sealed=seal("4711-4711"), given_by=alice)
    task = Session.objects.select_related("latest_task__session").get(pk=fork_of_fork.pk).latest_task
    assert task
    attempt = claim(task, worker="test")
    assert attempt
    holding = Holding(task, attempt, BlobStore(tmp_path / "blobs"))
    assert holding.masking.text("ghp_0123456789") == "ghp_0123456789"
    assert async_to_sync(holding.secrets)() == {}
    assert holding.masking.text("ghp_0123456789, 4711-4711") == "‹secret TOKEN›, ‹secret PIN›"
