from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from sessions_app.models import GivenFile, Session, Status, User
from sessions_app.models.answer_link import token_for
from sessions_app.models.given_file import LIMIT_BYTES
from tests.conftest import SessionMaker, let_ask
from tests.web.page import soup, text, texts
from tests.web.test_artifact_download import downloaded

TABLE = b"order,sum\n1,47.11\n"


@pytest.fixture
def session(make_session: SessionMaker) -> Session:
    """One that waits for a file."""
    return let_ask(make_session(status=Status.IN_PROGRESS), "The table, please.", kind="file", accept=".csv")


@pytest.fixture
def form(session: Session) -> dict[str, Any]:
    file = SimpleUploadedFile("orders.csv", TABLE)
    return {"question": session.questions.get().pk, "file": file, "key": str(uuid.uuid4())}


def test_a_file_is_asked_for_with_its_limit(as_bob: Client, session: Session) -> None:
    page = as_bob.get(f"/s/{session.pk}/")
    (field,) = soup(page).select("#composer[enctype='multipart/form-data'] input[type=file]")
    assert (field["name"], field["accept"]) == ("file", ".csv")
    assert "At most 10 MB" in text(page, ".reply .hint")


def test_a_given_file_is_named_in_the_transcript_and_can_be_fetched(
    as_bob: Client, as_vera: Client, vera: User, session: Session, form: dict[str, Any]
) -> None:
    assert as_bob.post(f"/s/{session.pk}/messages/", form).status_code == 302
    page = as_vera.get(f"/s/{session.pk}/")
    assert "Bob answered: orders.csv" in text(page, ".asked")
    address = str(soup(page).select(".asked a[download]")[0]["href"])
    answer, body = downloaded(vera, address)
    assert body == TABLE
    assert answer["Content-Disposition"] == 'attachment; filename="orders.csv"'
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_stranger_fetches_nothing(
    as_bob: Client, as_mallory: Client, session: Session, form: dict[str, Any]
) -> None:
    as_bob.post(f"/s/{session.pk}/messages/", form)
    address = f"/s/{session.pk}/given/{session.questions.get().pk}/"
    assert (as_bob.get(address).status_code, as_mallory.get(address).status_code) == (200, 404)
    assert Client().get(address)["Location"].startswith("/login/")
    assert as_bob.get(f"/s/{session.pk}/given/99/").status_code == 404


def test_a_file_over_the_limit_is_refused_in_words_and_the_note_stays(
    as_bob: Client, session: Session, form: dict[str, Any], settings: Any
) -> None:
    form |= {"file": SimpleUploadedFile("big.csv", b"x" * (LIMIT_BYTES + 1)), "text": "This year's."}
    page = as_bob.post(f"/s/{session.pk}/messages/", form)
    assert page.status_code == 422
    assert text(page, "#composer-error") == (
        "big.csv is too large, with 10,485,761 bytes. The limit is 10 MB. Make it smaller, or split it."
    )
    assert text(page, "#message") == "This year's."
    assert session.questions.get().is_open
    assert not any(path.is_file() for path in Path(settings.BLOBS_DIR).rglob("*"))


def test_nothing_chosen_is_said(as_bob: Client, session: Session, form: dict[str, Any]) -> None:
    page = as_bob.post(f"/s/{session.pk}/messages/", form | {"file": b""})
    assert text(page, "#composer-error") == "Choose a file, or write why you do not give one."


def test_words_instead_of_a_file_are_an_answer(
    as_bob: Client, session: Session, form: dict[str, Any]
) -> None:
    del form["file"]
    as_bob.post(f"/s/{session.pk}/messages/", form | {"text": "There is none."})
    assert session.questions.get().answer == "There is none."


def test_a_file_that_nobody_asked_for_is_not_kept(
    as_bob: Client, make_session: SessionMaker, form: dict[str, Any]
) -> None:
    other = make_session(status=Status.WAITING_FOR_INPUT)
    asked = other.questions.get().pk
    as_bob.post(f"/s/{other.pk}/messages/", form | {"question": asked, "text": "See this."})
    assert other.questions.get().answer == "See this."
    assert not GivenFile.objects.exists()


def test_a_file_is_given_by_link_too(session: Session, bob: User, form: dict[str, Any]) -> None:
    link = f"/answer/{token_for(session.questions.get(), bob)}/"
    assert soup(Client().get(link)).select("form[enctype='multipart/form-data'] [type=file]")
    assert Client().post(link, form)["Location"] == link
    assert GivenFile.objects.get().given_by == bob


def test_the_card_of_the_dashboard_leads_to_the_field(as_bob: Client, session: Session) -> None:
    assert texts(as_bob.get("/sessions/"), ".ask .opt") == ["Give a file…"]


def test_a_file_with_a_note_that_is_too_long_is_not_stored(
    as_bob: Client, session: Session, form: dict[str, Any], settings: Settings
) -> None:
    page = as_bob.post(f"/s/{session.pk}/messages/", {**form, "text": "x" * 5001})
    assert text(page, "#composer-error").startswith("The answer is too long.")
    assert not [path for path in Path(settings.BLOBS_DIR).rglob("*") if path.is_file()]
