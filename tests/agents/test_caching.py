"""What is sent so that a server reads from its cache what it was sent before."""

from __future__ import annotations

import pytest

from .conftest import Ask
from .languages import ANTHROPIC, CHAT, GOOGLE, RESPONSES, Language
from .model_server.script import Body, Calls, Says
from .model_server.server import serving

PROGRESS = ("report_progress", {"text": "Half of it."})
MARK = {"type": "ephemeral", "ttl": "5m"}


@pytest.mark.parametrize("language", [ANTHROPIC], ids=["anthropic"])
async def test_anthropic_is_told_to_keep_tools_instructions_and_the_newest_message(
    language: Language, asked: Ask
) -> None:
    with serving([Calls(PROGRESS), Says("Done.")]) as server:
        await asked(server)
    for request in server.requests:
        assert marked(request["tools"]) == [len(request["tools"]) - 1]
        assert marked(request["system"]) == [len(request["system"]) - 1]
        *earlier, newest = request["messages"]
        assert marked(newest["content"]) == [len(newest["content"]) - 1]
        assert not any(marked(message["content"]) for message in earlier)
    first, second = server.requests
    assert unmarked(second)[: len(first["messages"])] == unmarked(first)


@pytest.mark.parametrize("language", [RESPONSES], ids=["responses"])
async def test_openai_is_told_which_questions_belong_together(language: Language, asked: Ask) -> None:
    with serving([Calls(PROGRESS), Says("Done.")]) as server:
        await asked(server, conversation="session-7")
    assert [request["prompt_cache_key"] for request in server.requests] == ["session-7", "session-7"]


@pytest.mark.parametrize("language", [CHAT, GOOGLE], ids=["chat", "google"])
async def test_others_are_sent_nothing_about_caches(language: Language, asked: Ask) -> None:
    with serving([Says("Done.")]) as server:
        await asked(server, conversation="session-7")
    assert "cache" not in str(server.requests[0])
    assert "session-7" not in str(server.requests[0])


def marked(blocks: list[Body]) -> list[int]:
    return [place for place, block in enumerate(blocks) if block.get("cache_control") == MARK]


def unmarked(request: Body) -> list[Body]:
    """Its messages without the marks, which the server does not count."""
    return [
        {
            **each,
            "content": [
                {key: block[key] for key in block if key != "cache_control"} for block in each["content"]
            ],
        }
        for each in request["messages"]
    ]
