from __future__ import annotations

import pytest

from sessions_app.artifacts.kept_file import KeptFile, files_of
from sessions_app.artifacts.saving import Collected, Recorded, record
from sessions_app.models import Artifact, ArtifactKind, Session
from tests.conftest import SessionMaker


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    return make_session()


def collected(path: str, digest: str) -> Collected:
    file = KeptFile("notes.md", digest * 64, 7)
    return Collected(path, "notes.md", ArtifactKind.MARKDOWN, (file,), digest * 64, 7)


def recorded(session: Session, what: Collected, title: str = "") -> Recorded:
    assert session.latest_task
    with session.writing() as held:
        return record(held, session.latest_task, what, title)


def test_the_first_save_is_version_one(session: Session) -> None:
    made = recorded(session, collected("notes.md", "a"), title="Release notes")
    assert made.is_new
    assert (made.version.number, made.version.kind) == (1, "markdown")
    assert made.version.artifact.name == "Release notes"
    assert made.version.task == session.latest_task
    assert files_of(made.version) == [KeptFile("notes.md", "a" * 64, 7)]


def test_the_same_content_again_is_the_same_version(session: Session) -> None:
    first = recorded(session, collected("notes.md", "a"))
    again = recorded(session, collected("notes.md", "a"))
    assert not again.is_new
    assert again.version == first.version


def test_changed_content_is_the_next_version_and_going_back_one_more(session: Session) -> None:
    numbers = [recorded(session, collected("notes.md", digest)).version.number for digest in "aba"]
    assert numbers == [1, 2, 3]
    assert Artifact.objects.count() == 1


def test_another_path_is_another_artifact(session: Session) -> None:
    recorded(session, collected("notes.md", "a"))
    made = recorded(session, collected("docs/notes.md", "a"))
    assert (made.version.number, Artifact.objects.count()) == (1, 2)


def test_a_new_title_renames_it_and_none_keeps_its_name(session: Session) -> None:
    recorded(session, collected("notes.md", "a"), title="Notes")
    recorded(session, collected("notes.md", "b"), title="")
    assert Artifact.objects.get().name == "Notes"
    recorded(session, collected("notes.md", "c"), title="Release\nnotes \u202e of March")
    assert Artifact.objects.get().name == "Release notes of March"
