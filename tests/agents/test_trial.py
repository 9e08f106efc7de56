from __future__ import annotations

from sessions_app.agents.connections import Connection
from sessions_app.agents.providers import Providers
from sessions_app.agents.trial import Trial

from .model_server.script import BreaksOff, Fails, Says
from .model_server.server import ModelServer, serving


async def test_a_connection_that_works_shows_the_words_of_its_first_model() -> None:
    with serving([Says("Ready.")], models=[{"id": "small"}, {"id": "large"}]) as server:
        result = await try_out(server)
    assert (result.ok, result.model) == (True, "there:small")
    assert result.words.startswith("small answered in ")
    assert result.words.endswith("“Ready.”")
    (request,) = server.requests
    assert request["max_completion_tokens"] == 64
    assert "tools" not in request


async def test_a_model_that_only_thinks_in_a_tiny_answer_works_too() -> None:
    with serving([Says("", thinks="Hm.", finish="length")], models=[{"id": "small"}]) as server:
        assert (await try_out(server)).ok


async def test_a_setting_that_is_refused_does_not_stand_in_the_way() -> None:
    refusal = Fails(400, "Your organization must be verified to generate reasoning summaries.")
    with serving([refusal, Says("Ready.")], models=[{"id": "gpt-5"}]) as server:
        result = await Providers().test(Connection("there", "openai", "There", server.base_url, "key"))
    assert result.ok
    assert [request["reasoning"].get("summary") for request in server.requests if "reasoning" in request] == [
        "auto"
    ]


async def test_what_stands_in_the_way_is_said_in_words() -> None:
    with serving(lambda _: Fails(401, "Bad key."), models=[{"id": "small"}]) as server:
        result = await try_out(server)
    assert not result.ok
    assert "did not accept the API key (401)" in result.words
    assert result.detail == "Bad key."


async def test_a_server_that_repeats_the_key_shows_it_to_nobody() -> None:
    key = "sk-0123456789abcdef"
    for answer in (Says(f"You sent {key}."), Fails(401, f"{key} is no key.")):
        with serving([answer], models=[{"id": "small"}]) as server:
            there = Connection("there", "openai_compatible", "There", server.base_url, key)
            result = await Providers().test(there)
        assert key not in f"{result}"
        assert "‹API key›" in f"{result}"


async def test_a_key_that_is_an_ordinary_word_is_none_to_hide() -> None:
    with serving([Says("I am ollama.")], models=[{"id": "small"}]) as server:
        there = Connection("there", "openai_compatible", "There", server.base_url, "ollama")
        assert (await Providers().test(there)).words.endswith("“I am ollama.”")


async def test_a_connection_that_breaks_off_is_not_asked_again() -> None:
    with serving(lambda _: BreaksOff("Rea"), models=[{"id": "small"}]) as server:
        result = await try_out(server)
    assert (result.ok, len(server.requests)) == (False, 1)
    assert "broke off" in result.words


async def test_a_server_without_models_has_nothing_to_ask() -> None:
    with serving(models=[{"id": "text-embedding-3-small"}]) as server:
        result = await try_out(server)
    assert (result.ok, result.words) == (False, f"127.0.0.1:{server.server_address[1]} lists no models.")


async def try_out(server: ModelServer) -> Trial:
    there = Connection("there", "openai_compatible", "There", server.base_url)
    return await Providers().test(there)
