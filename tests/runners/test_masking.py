from __future__ import annotations

import base64
import html
import json
import re
import shlex
from urllib.parse import quote, quote_plus

import pytest
from pydantic_ai.messages import ModelResponse, TextPart, ThinkingPart, ToolCallPart

from sessions_app.runners.masking import Masking

TOKEN = "ghp_Ab\"c/9+ü<x> '47' zz"
SEEN = "‹secret GITHUB_TOKEN›"


@pytest.fixture
def masking() -> Masking:
    masking = Masking()
    masking.learn({"GITHUB_TOKEN": TOKEN, "PIN": "4711"})
    return masking


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "printed",
    [
        TOKEN,
        quote(TOKEN),
        quote(TOKEN, safe=""),
        quote_plus(TOKEN),
        re.sub("%..", lambda found: found[0].lower(), quote(TOKEN, safe="")),
        json.dumps(TOKEN)[1:-1],
        json.dumps(TOKEN, ensure_ascii=False)[1:-1],
        html.escape(TOKEN),
        shlex.quote(TOKEN)[1:-1],
        encoded(TOKEN).rstrip("="),
        base64.urlsafe_b64encode(TOKEN.encode()).decode().rstrip("="),
    ],
)
def test_a_secret_is_masked_however_a_program_prints_it(masking: Masking, printed: str) -> None:
    assert masking.text(f"begin|{printed}|end") == f"begin|{SEEN}|end"


@pytest.mark.parametrize("user", ["", "a", "ab", "abc", "x-access-token"])
def test_also_where_base64_has_it_within_a_longer_text(masking: Masking, user: str) -> None:
    header = encoded(f"{user}:{TOKEN}:more")
    masked = masking.text(f"Authorization: Basic {header}")
    assert SEEN in masked
    left = masked.removeprefix("Authorization: Basic ").replace(SEEN, "")
    assert len(left) < len(encoded(f"{user}:")) + len(encoded(":more")) + 4


def test_what_is_no_secret_stays(masking: Masking) -> None:
    text = "ghp_ 471 Ab 4.711 and ghp_Ab is only a beginning, and zz the end\n"
    assert masking.text(text) == text
    assert Masking().text(TOKEN) == TOKEN


@pytest.mark.parametrize("cut", range(6, len(TOKEN)))
def test_a_piece_of_a_secret_at_the_edge_of_a_cut_is_masked(masking: Masking, cut: int) -> None:
    left, right = TOKEN[:cut], TOKEN[cut:]
    told = f"out {left}\n[… 1,024 bytes are left out here …]\n{right} more"
    masked = masking.text(told)
    assert TOKEN[:6] not in masked
    assert left not in masked
    assert len(right) < 6 or right not in masked
    assert "[… 1,024 bytes are left out here …]" in masked
    assert masking.text(f"typed “{left}…”").startswith(f"typed “{SEEN}")
    assert masking.text(left).strip() == SEEN


def test_bytes_that_are_no_text_are_masked_and_otherwise_kept(masking: Masking) -> None:
    data = b"\xff\x00 4711 \xfe"
    assert masking.data(data) == b"\xff\x00 " + "‹secret PIN›".encode() + b" \xfe"


def test_of_two_secrets_the_longer_is_seen_first() -> None:
    masking = Masking()
    masking.learn({"SHORT": "abcdef"})
    masking.learn({"LONG": "abcdef-abcdef"})
    assert masking.text("abcdef-abcdef abcdef") == "‹secret LONG› ‹secret SHORT›"


def test_a_secret_that_was_replaced_is_still_masked(masking: Masking) -> None:
    masking.learn({"PIN": "0815-0815"})
    assert masking.text("4711 0815-0815") == "‹secret PIN› ‹secret PIN›"


def test_what_programs_read_in_a_payload_is_left_alone(masking: Masking) -> None:
    payload = {"call_id": "call_4711", "text": "4711", "files": [{"path": "4711.txt", "added": 4711}]}
    assert masking.value(payload) == {
        "call_id": "call_4711",
        "text": "‹secret PIN›",
        "files": [{"path": "‹secret PIN›.txt", "added": 4711}],
    }


def test_an_answer_of_a_model_is_masked_and_keeps_its_frame(masking: Masking) -> None:
    masking.learn({"WORD": "text"})
    call = ToolCallPart("bash", json.dumps({"command": f"echo {TOKEN}"}), "call_4711")
    response = ModelResponse(
        [ThinkingPart("Use 4711.", signature="signed"), TextPart("It is 4711."), call], model_name="text"
    )
    thinking, said, made = masking.response(response).parts
    assert (thinking.content, thinking.signature) == ("Use ‹secret PIN›.", None)  # type: ignore[union-attr]
    assert said == TextPart("It is ‹secret PIN›.")
    assert made == ToolCallPart(
        "bash", json.dumps({"command": f"echo {SEEN}"}, ensure_ascii=False), "call_4711"
    )
    untouched = ModelResponse([ThinkingPart("Nothing.", signature="signed")])
    assert masking.response(untouched) == untouched


def test_a_long_text_is_masked_quickly(masking: Masking) -> None:
    masking.learn({f"KEY_{n}": f"{n}-{'x' * 2000}" for n in range(20)})
    text = "an ordinary line of a log\n" * 40_000
    assert masking.text(text) == text
