from __future__ import annotations

import socket

import pytest

from sessions_app.agents.asking import Patience
from sessions_app.agents.endings import (
    Answered,
    ConversationTooLong,
    ModelRefused,
    ModelSilent,
    ModelUnreachable,
)
from sessions_app.agents.entries import Returned

from .conftest import Worker
from .conversation import called
from .model_server.script import BreaksOff, Fails, Reply, Says
from .model_server.server import ModelServer, serving
from .notebook import Notebook


@pytest.fixture(autouse=True)
def instructed(notebook: Notebook) -> None:
    notebook.instruct("Hello.")


@pytest.mark.parametrize(
    "trouble", [Fails(429), Fails(408), Fails(409), Fails(500), Fails(503), BreaksOff("Hel")]
)
async def test_a_trouble_that_passes_is_waited_out_and_noted(
    notebook: Notebook, work_on: Worker, trouble: Reply
) -> None:
    with serving([trouble, trouble, Says("Hello.")]) as server:
        assert await work_on(server) == Answered("Hello.")
    assert [tries for tries, _, _ in notebook.retries] == [1, 2]
    assert 0 < notebook.retries[0][2] < notebook.retries[1][2]


async def test_a_server_that_says_when_to_come_again_is_obeyed_up_to_a_limit(
    notebook: Notebook, work_on: Worker
) -> None:
    script: list[Reply] = [
        Fails(429, headers={"Retry-After": "0"}),
        Fails(429, headers={"Retry-After": "3600"}),
        Says("Hello."),
    ]
    with serving(script) as server:
        await work_on(server)
    assert [delay for _, _, delay in notebook.retries] == [0, 0.2]
    assert "takes no more requests for now (429)" in notebook.retries[0][1]


async def test_what_a_broken_answer_had_said_is_taken_back(notebook: Notebook, work_on: Worker) -> None:
    script: list[Reply] = [BreaksOff("Hel", pause_seconds=0.3), Says("Hello.")]
    with serving(script) as server:
        await work_on(server)
    assert "broke off" in notebook.retries[0][1]
    assert notebook.said[:2] == ["Hel", ""]


async def test_a_server_that_stays_away_is_given_up_with_its_name_and_status(
    notebook: Notebook, work_on: Worker
) -> None:
    with serving(lambda _: Fails(503, "No room.")) as server, pytest.raises(ModelUnreachable) as raised:
        await work_on(server)
    assert len(server.requests) == 4
    assert f"127.0.0.1:{server.server_address[1]} had a fault of its own (503)." in str(raised.value)
    assert "It was asked 4 times." in str(raised.value)
    assert raised.value.detail == "No room."
    assert raised.value.worth_retrying


async def test_a_server_that_falls_silent_is_asked_again(notebook: Notebook, work_on: Worker) -> None:
    with serving([Says("One two.", pause_seconds=2), Says("Hello.")]) as server:
        assert await work_on(server, silence=0.3) == Answered("Hello.")
    assert "did not answer in time" in notebook.retries[0][1]


async def test_nobody_at_the_address_is_a_server_that_cannot_be_reached(
    notebook: Notebook, work_on: Worker
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    class Gone:
        base_url = f"http://127.0.0.1:{port}/v1"

    with pytest.raises(ModelUnreachable, match="could not be reached"):
        await work_on(Gone())


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Fails(401), "did not accept the API key (401)"),
        (Fails(403), "does not let this API key use scripted (403)"),
        (Fails(404), "knows no model called scripted (404)"),
        (Fails(400, "Unknown field."), "refused the request (400)"),
        (Fails(429, code="insufficient_quota"), "no credit left"),
    ],
)
async def test_a_no_is_not_asked_twice_and_says_what_to_mend(
    notebook: Notebook, work_on: Worker, refusal: Fails, words: str
) -> None:
    with serving(lambda _: refusal) as server, pytest.raises(ModelRefused) as raised:
        await work_on(server)
    assert len(server.requests) == 1
    assert words in str(raised.value)
    assert raised.value.detail == refusal.message
    assert not raised.value.worth_retrying
    assert notebook.retries == []


async def test_an_empty_answer_is_asked_for_again(notebook: Notebook, work_on: Worker) -> None:
    with serving([Says(""), Says("  "), Says("Hello.")]) as server:
        assert await work_on(server) == Answered("Hello.")
    assert len(notebook.retries) == 2


async def test_a_model_with_nothing_but_empty_answers_is_given_up(
    notebook: Notebook, work_on: Worker
) -> None:
    with (
        serving(lambda _: Says("", thinks="Hm.")) as server,
        pytest.raises(ModelSilent, match="3 times in a row"),
    ):
        await work_on(server)
    assert len(server.requests) == 3


async def test_an_answer_withheld_by_a_filter_is_a_refusal(work_on: Worker) -> None:
    with serving([Says("", finish="content_filter")]) as server, pytest.raises(ModelRefused, match="filter"):
        await work_on(server)


async def test_a_chosen_effort_is_sent(work_on: Worker) -> None:
    with serving([Says("Hello.")]) as server:
        await work_on(server, effort="high")
    assert server.requests[0]["reasoning_effort"] == "high"


async def test_no_effort_is_sent_where_none_is_chosen(work_on: Worker) -> None:
    with serving([Says("Hello.")]) as server:
        await work_on(server)
    assert "reasoning_effort" not in server.requests[0]


async def test_the_key_goes_to_the_server(work_on: Worker) -> None:
    with serving([Says("Hello.")]) as server:
        await work_on(server)
    assert server.keys == ["Bearer key-of-the-test"]


async def test_a_screenshot_reaches_the_model_as_an_image(notebook: Notebook, work_on: Worker) -> None:
    see(notebook)
    with serving([Says("A boat.")]) as server:
        await work_on(server)
    assert images(server) == ["data:image/jpeg;base64,c2hvdA=="]


async def test_a_server_that_takes_no_images_is_asked_without(notebook: Notebook, work_on: Worker) -> None:
    see(notebook)
    with serving([Fails(400, "This model does not support image input."), Says("A boat.")]) as server:
        assert await work_on(server) == Answered("A boat.")
    assert images(server) == []


async def test_a_conversation_that_cannot_get_shorter_is_a_fault(notebook: Notebook, work_on: Worker) -> None:
    too_long = Fails(400, "Too long.", code="context_length_exceeded")
    with (
        serving(lambda _: too_long) as server,
        pytest.raises(ConversationTooLong, match="Start a new session"),
    ):
        await work_on(server)
    assert len(server.requests) == 1


def test_delays_double_and_stay_below_their_limit() -> None:
    patience = Patience(first_delay_seconds=1, longest_delay_seconds=10)
    delays = [patience.delay_seconds(tries, asked_seconds=None) for tries in range(1, 8)]
    assert 1 <= delays[0] <= 1.25
    assert 4 <= delays[2] <= 5
    assert max(delays) <= 12.5
    assert patience.delay_seconds(1, asked_seconds=10_000) == patience.longest_asked_delay_seconds


def see(notebook: Notebook) -> None:
    """The task's page has been opened, and a picture taken of it."""
    notebook.entries.append(called("open_page", "c1"))
    notebook.entries.append(Returned("c1", "Page: Boats", image=notebook.keep(b"shot")))


def images(server: ModelServer) -> list[str]:
    contents = [
        message["content"] for message in server.requests[-1]["messages"] if message["role"] == "user"
    ]
    return [
        part["image_url"]["url"]
        for content in contents
        if isinstance(content, list)
        for part in content
        if part["type"] == "image_url"
    ]
