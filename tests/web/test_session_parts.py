from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from sessions_app.artifacts.store import BlobStore
from sessions_app.models import Session
from tests.conftest import SessionMaker
from tests.live.transcripts import write
from tests.web.page import soup, texts


def content(client: Client, address: str) -> bytes:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return asyncio.run(whole(answer)) if answer.streaming else bytes(answer.content)


async def whole(answer: Any) -> bytes:
    return b"".join([piece async for piece in answer.streaming_content])


def store() -> BlobStore:
    return BlobStore(settings.BLOBS_DIR)


def command(session: Session, **ended: object) -> int:
    opener = write(session, "command_started", call_id="c", command="seq 3", boot="b")
    session.append("command_ended", {"exit_code": 0, "seconds": 1, **ended}, step=opener.seq)
    return opener.seq


def png() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (8, 5), "navy").save(picture, "PNG")
    return picture.getvalue()


def screenshot(session: Session, data: bytes) -> str:
    digest = store().put(data)
    opener = write(session, "page_opened", call_id="p", url="http://a/", boot="b")
    session.append("page_shown", {"url": "http://a/", "screenshot": digest}, step=opener.seq)
    return digest


def test_the_whole_output_is_plain_text(as_vera: Client, make_session: SessionMaker) -> None:
    session = make_session()
    digest = store().put(b"<script>1</script>\n2\n3\n")
    seq = command(session, output="1\n[…]\n3\n", output_blob=digest, output_bytes=22)
    address = f"/s/{session.pk}/steps/{seq}/output/"
    answer = as_vera.get(address)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert content(as_vera, address) == b"<script>1</script>\n2\n3\n"


def test_a_short_output_is_answered_from_the_event(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    seq = command(session, output="1\n2\n3\n")
    assert content(as_bob, f"/s/{session.pk}/steps/{seq}/output/") == b"1\n2\n3\n"


def test_a_long_instruction_is_cut_on_the_page_and_can_be_read_whole(
    as_bob: Client, make_session: SessionMaker
) -> None:
    instruction = "Begin. " + "word " * 3000 + "The very end."
    session = make_session(instruction)
    page = soup(as_bob.get(f"/s/{session.pk}/"))
    assert "The very end." not in page.text
    (whole_text,) = [link["href"] for link in page.select("#steps a") if link.text == "Show all of it"]
    assert content(as_bob, str(whole_text)).decode() == instruction


def test_a_long_answer_is_cut_on_the_page_and_can_be_read_whole(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session = make_session()
    digest = store().put(b"All of it.")
    seq = write(session, "said", text="The beginning", blob=digest).seq
    assert content(as_bob, f"/s/{session.pk}/steps/{seq}/output/") == b"All of it."


def test_an_output_that_is_not_kept_any_more_is_not_found(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    seq = command(session, output_blob="0" * 64)
    assert as_bob.get(f"/s/{session.pk}/steps/{seq}/output/").status_code == 404


def test_a_screenshot_is_served_as_the_picture_it_is(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    address = f"/s/{session.pk}/blobs/{screenshot(session, png())}/"
    answer = as_bob.get(address)
    assert answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"]
    assert content(as_bob, address) == png()


def test_only_pictures_that_a_step_of_this_session_shows_are_found(
    as_bob: Client, make_session: SessionMaker
) -> None:
    session, other = make_session(), make_session()
    digest = screenshot(session, png())
    assert as_bob.get(f"/s/{session.pk}/blobs/{digest}/").status_code == 200
    assert as_bob.get(f"/s/{other.pk}/blobs/{digest}/").status_code == 404
    kept = store().put(png() + b"another, which no step names")
    assert as_bob.get(f"/s/{session.pk}/blobs/{kept}/").status_code == 404
    page = screenshot(session, b"<html><script>alert(1)</script>")
    assert as_bob.get(f"/s/{session.pk}/blobs/{page}/").status_code == 404


def test_a_body_is_a_page_where_scripts_are_off(as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    page = as_bob.get(f"/s/{session.pk}/steps/{command(session, output='1 2 3')}/body/")
    assert texts(page, "main .log") == ["1 2 3"]
    assert texts(page, "main a.link") == ["Back to the session"]


@pytest.mark.parametrize("seq", [0, 3, 99_999_999_999])
def test_what_opens_no_step_has_no_parts(seq: int, as_bob: Client, make_session: SessionMaker) -> None:
    session = make_session()
    command(session, output="1")  # its end is event 3
    for part in ("body", "output"):
        assert as_bob.get(f"/s/{session.pk}/steps/{seq}/{part}/").status_code == 404


def test_a_stranger_finds_nothing(as_bob: Client, as_mallory: Client, make_session: SessionMaker) -> None:
    session = make_session()
    seq, digest = command(session, output="1"), screenshot(session, png())
    for path in (f"steps/{seq}/body/", f"steps/{seq}/output/", f"blobs/{digest}/"):
        assert as_bob.get(f"/s/{session.pk}/{path}").status_code == 200
        assert as_mallory.get(f"/s/{session.pk}/{path}").status_code == 404
        assert Client().get(f"/s/{session.pk}/{path}")["Location"].startswith("/login/")
