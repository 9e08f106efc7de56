"""A person puts files into a session's computer."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sessions_app.models import Computer, Session, Status
from tests.conftest import SessionMaker
from tests.web.page import text
from tests.web.test_computer_files import at


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    return make_session(status=Status.COMPLETED)


def test_uploaded_files_lie_in_the_folder_and_the_transcript_says_so(
    as_bob: Client, session: Session, folder: Path
) -> None:
    (folder / "data").mkdir()
    files = [SimpleUploadedFile("a.csv", b"1"), SimpleUploadedFile("../b;rm.csv", b"2")]
    answer = as_bob.post(at(session, "upload/"), {"path": "data", "files": files})
    assert answer["Location"] == at(session, "?path=data")
    assert {path.name: path.read_bytes() for path in (folder / "data").iterdir()} == {
        "a.csv": b"1",
        "b_rm.csv": b"2",
    }
    page = as_bob.get(answer["Location"])
    assert "2 files are in the computer." in text(page, ".toast")
    assert "Bob put data/a.csv, data/b_rm.csv into the computer" in text(page, "#steps [data-k=control]")


def test_an_agent_at_work_is_told_of_what_was_put_there(
    as_bob: Client, make_session: SessionMaker, session: Session, folder: Path
) -> None:
    running = make_session(status=Status.IN_PROGRESS)
    Computer.objects.filter(session=session).update(session=running)
    as_bob.post(at(running, "upload/"), {"path": "", "files": SimpleUploadedFile("a.csv", b"1")})
    assert running.messages.get().text == "I put a.csv into your computer, below /workspace."


def test_what_cannot_be_put_there_is_said(as_bob: Client, session: Session, folder: Path) -> None:
    as_bob.post(at(session, "upload/"), {"path": "gone", "files": SimpleUploadedFile("a.csv", b"1")})
    assert "a.csv was not put there. There is no file gone." in text(as_bob.get(at(session)), ".toast")
    as_bob.post(at(session, "upload/"), {"path": ""})
    assert text(as_bob.get(at(session)), ".toast") == "Choose a file first."
    assert not session.events.filter(kind="person_acted").exists()
