from __future__ import annotations

from sessions_app.agents.instructions import instructions
from sessions_app.agents.tools.registry import TOOLS


def test_an_agent_is_told_its_name_its_place_and_what_was_written_about_it() -> None:
    text = instructions("Ada", "Write in Dutch. Use {braces} as they are.")
    assert text.startswith("You are Ada,")
    assert "/workspace" in text
    assert text.endswith("# What the person wrote about you\n\nWrite in Dutch. Use {braces} as they are.")


def test_an_agent_without_words_of_its_own_is_told_nothing_of_them() -> None:
    text = instructions("Ada", "  ")
    assert "What the person wrote" not in text
    assert "{" not in text


def test_only_a_model_that_sees_nothing_is_told_so() -> None:
    assert "cannot see screenshots" in instructions("Ada", sees_images=False)
    assert "cannot see screenshots" not in instructions("Ada")


def test_secrets_are_named_and_nothing_is_said_where_there_are_none() -> None:
    text = instructions("Ada", "Write in Dutch.", secrets={"TOKEN": "ghp_1", "PIN": "4711"})
    assert "can type: $PIN, $TOKEN." in text and "4711" not in text
    assert text.endswith("Write in Dutch.")
    assert "secrets" not in instructions("Ada").partition("# Your tools")[2]


def test_a_name_cannot_fill_in_another_place() -> None:
    assert "{own_instructions}" in instructions("{own_instructions}", "Write in Dutch.")


def test_every_tool_is_described() -> None:
    for name, tool in TOOLS.items():
        assert len(tool.description()) > 40, name
        assert tool.schema_for_models()["type"] == "object", name
