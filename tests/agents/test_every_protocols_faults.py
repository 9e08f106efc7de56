"""What may go wrong with a model server, in each of the four languages over real HTTP."""

from __future__ import annotations

import pytest

from sessions_app.agents.endings import (
    Answered,
    ConversationTooLong,
    ModelRefused,
    ModelSilent,
    ModelUnreachable,
)

from .conftest import QUICK, Ask
from .conversation import spoken
from .languages import GOOGLE, RESPONSES, Language
from .model_server.script import BreaksOff, Calls, Fails, Reply, Says
from .model_server.server import serving
from .notebook import Notebook


@pytest.mark.parametrize("status", [408, 500, 502, 503])
async def test_a_fault_of_the_server_is_waited_out(notebook: Notebook, asked: Ask, status: int) -> None:
    with serving([Fails(status), Says("Hello.")]) as server:
        assert await asked(server) == Answered("Hello.")
    assert [tries for tries, _, _ in notebook.retries] == [1]


async def test_a_server_that_says_when_to_come_again_is_obeyed(notebook: Notebook, asked: Ask) -> None:
    with serving([Fails(429, headers={"Retry-After": "60"}), Says("Hello.")]) as server:
        await asked(server)
    ((_, reason, delay),) = notebook.retries
    assert reason.endswith("takes no more requests for now (429).")
    assert delay == QUICK.longest_asked_delay_seconds


@pytest.mark.parametrize("language", [GOOGLE])
async def test_google_says_in_the_error_when_to_come_again(notebook: Notebook, asked: Ask) -> None:
    later = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.15s"}
    with serving([Fails(429, details=[later]), Says("Hello.")]) as server:
        await asked(server)
    assert notebook.retries[0][2] == 0.15


@pytest.mark.parametrize("language", [GOOGLE])
async def test_a_daily_quota_of_google_is_no_matter_of_waiting(asked: Ask) -> None:
    quota = {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [{"quotaId": "PerDayFree"}],
    }
    with (
        serving([Fails(429, details=[quota])]) as server,
        pytest.raises(ModelRefused, match="no credit left"),
    ):
        await asked(server)


async def test_an_overloaded_server_is_asked_again(
    notebook: Notebook, language: Language, asked: Ask
) -> None:
    with serving([language.overloaded, Says("Hello.")]) as server:
        assert await asked(server) == Answered("Hello.")
    assert "is overloaded" in notebook.retries[0][1]


async def test_an_error_in_the_midst_of_an_answer_is_one_all_the_same(
    notebook: Notebook, language: Language, asked: Ask
) -> None:
    code = {"anthropic": "overloaded_error", "google": "UNAVAILABLE"}.get(language.provider, "server_error")
    with serving([BreaksOff("Hel", error=Fails(503, "Sorry.", code=code)), Says("Hello.")]) as server:
        assert await asked(server) == Answered("Hello.")
    assert len(notebook.retries) == 1
    assert "" in notebook.said


async def test_a_cut_connection_is_made_again(notebook: Notebook, asked: Ask) -> None:
    with serving([BreaksOff("Hel"), Says("Hello.")]) as server:
        assert await asked(server) == Answered("Hello.")
    assert "broke off" in notebook.retries[0][1]


async def test_arguments_that_cannot_be_read_end_nothing(asked: Ask) -> None:
    with serving([Calls(("report_progress", '{"text": ')), Says("Done.")]) as server:
        assert await asked(server) == Answered("Done.")
    assert len(server.requests) == 2


async def test_an_empty_answer_is_asked_for_again(asked: Ask) -> None:
    with serving([Says(""), Says("Hello.")]) as server:
        assert await asked(server) == Answered("Hello.")


async def test_nothing_but_thoughts_is_an_empty_answer(asked: Ask) -> None:
    with serving(lambda _: Says("", thinks="Hm.")) as server, pytest.raises(ModelSilent):
        await asked(server)
    assert len(server.requests) == 3


async def test_a_withheld_answer_is_a_refusal(asked: Ask) -> None:
    withheld = Says("", finish="content_filter")
    with serving([withheld]) as server, pytest.raises(ModelRefused, match="withheld the answer"):
        await asked(server)


async def test_an_answer_that_a_filter_stops_in_its_midst_is_a_refusal(asked: Ask) -> None:
    stopped = Says("First you take", finish="content_filter")
    with serving([stopped]) as server, pytest.raises(ModelRefused, match="withheld the answer"):
        await asked(server)


async def test_a_refusal_tells_why_where_the_server_does(language: Language, asked: Ask) -> None:
    refused = Says("", refusal="I will not help with that.", finish="content_filter")
    with serving([refused]) as server, pytest.raises(ModelRefused) as raised:
        await asked(server)
    assert raised.value.detail == ("" if language is GOOGLE else "I will not help with that.")


async def test_a_call_that_cannot_be_read_is_asked_for_again(
    notebook: Notebook, language: Language, asked: Ask
) -> None:
    with serving([Calls(("report_progress", '{"text": ')), Says("Done.")]) as server:
        await asked(server)
    noted = [reason for _, reason, _ in notebook.retries]
    made = [f"{language.model} made a call that cannot be read."]
    assert noted == (made if language is GOOGLE else [])


async def test_a_model_that_refuses_a_temperature_is_asked_without(
    notebook: Notebook, language: Language, asked: Ask
) -> None:
    refusal = Fails(400, "Unsupported parameter: 'temperature' is not supported with this model.")
    script: list[Reply] = [refusal, Calls(("report_progress", {"text": "Half."})), Says("Done.")]
    with serving(script) as server:
        assert await asked(server, temperature=0.2) == Answered("Done.")
    assert [language.temperature(request) for request in server.requests] == [0.2, None, None]
    assert notebook.adjustments == ["This model takes no temperature. It was left out."]
    assert notebook.retries == []


@pytest.mark.parametrize("language", [RESPONSES], ids=["responses"])
async def test_an_account_that_may_see_no_thoughts_works_without(notebook: Notebook, asked: Ask) -> None:
    refusal = Fails(400, "Your organization must be verified to generate reasoning summaries.")
    with serving([refusal, Says("Done.")]) as server:
        assert await asked(server, effort="high") == Answered("Done.")
    assert [request["reasoning"].get("summary") for request in server.requests] == ["auto", None]
    assert [request["reasoning"]["effort"] for request in server.requests] == ["high", "high"]
    (told,) = notebook.adjustments
    assert told.startswith("OpenAI shows this account no summaries")


async def test_a_refusal_of_a_temperature_that_was_not_sent_is_a_fault(asked: Ask) -> None:
    with serving([Fails(400, "No temperature.")]) as server, pytest.raises(ModelRefused):
        await asked(server)
    assert len(server.requests) == 1


async def test_a_conversation_that_is_too_long_is_shown_by_a_summary(
    notebook: Notebook, language: Language, asked: Ask
) -> None:
    for number in range(20):
        notebook.instruct(f"Remember {number}.")
        notebook.entries.append(spoken("Noted. " * 100))
    notebook.instruct("What was 7?")
    with serving([language.too_long, Says("All was noted."), Says("Seven.")]) as server:
        assert await asked(server) == Answered("Seven.")
    first, _, last = server.requests
    assert len(str(last)) < len(str(first))
    assert "Remember 7." in str(last) and "All was noted." in str(last)


async def test_a_conversation_that_cannot_get_shorter_is_a_fault(language: Language, asked: Ask) -> None:
    with serving(lambda _: language.too_long) as server, pytest.raises(ConversationTooLong):
        await asked(server)
    assert len(server.requests) == 1


async def test_a_wrong_key_is_told_in_words(language: Language, asked: Ask) -> None:
    with serving([language.wrong_key]) as server, pytest.raises(ModelRefused) as raised:
        await asked(server)
    assert f"did not accept the API key ({language.wrong_key.status})" in raised.value.text
    assert raised.value.detail == language.wrong_key.message


async def test_a_key_that_may_not_use_the_model_is_told_in_words(language: Language, asked: Ask) -> None:
    with serving([Fails(403, "Not yours.")]) as server, pytest.raises(ModelRefused) as raised:
        await asked(server)
    assert f"does not let this API key use {language.model} (403)" in raised.value.text


async def test_an_unknown_model_is_told_in_words(language: Language, asked: Ask) -> None:
    with serving([Fails(404, "No such model.")]) as server, pytest.raises(ModelRefused) as raised:
        await asked(server)
    assert f"knows no model called {language.model} (404)" in raised.value.text
    assert raised.value.detail == "No such model."


async def test_an_account_without_credit_is_told_in_words(language: Language, asked: Ask) -> None:
    with serving([language.no_credit]) as server, pytest.raises(ModelRefused, match="no credit left"):
        await asked(server)


async def test_no_library_asks_again_by_itself(asked: Ask) -> None:
    with serving(lambda _: Fails(500)) as server, pytest.raises(ModelUnreachable):
        await asked(server)
    assert len(server.requests) == QUICK.tries
