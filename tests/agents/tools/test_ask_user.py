from __future__ import annotations

from typing import Any

import pytest
from pydantic_ai.messages import ToolCallPart

from sessions_app.agents.ports import ToolResult
from sessions_app.agents.tools.ask_user import AskUser
from sessions_app.agents.tools.registry import TOOLS
from sessions_app.agents.tools.use import read_call


def test_a_question_that_no_event_could_hold_is_given_back_to_the_model() -> None:
    choices = [{"label": f"{n}", "detail": "Sehr lang. " * 40} for n in range(9)]
    asked = {"question": "Which one? " * 180, "kind": "choose_one", "choices": choices}
    answer = read_call(ToolCallPart("ask_user", asked, "call_1"), TOOLS)
    assert isinstance(answer, ToolResult) and answer.failed
    assert "longer than 6,000 bytes together" in answer.text


CHOICES = [{"label": "Metric"}, {"label": "Delete both", "irreversible": True}]
ASKED: dict[str, Any] = {"question": "Which units?", "kind": "choose_one", "choices": CHOICES}


def test_a_deadline_has_a_default_that_is_one_of_the_choices() -> None:
    arguments = ASKED | {"deadline_minutes": 30, "default": "Metric"}
    asked = read_call(ToolCallPart("ask_user", arguments, "call_1"), TOOLS)
    assert isinstance(asked, AskUser)
    assert (asked.asked().deadline_minutes, asked.asked().default) == (30, "Metric")


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ({"deadline_minutes": 30}, "give both, or neither"),
        ({"default": "Metric"}, "give both, or neither"),
        ({"deadline_minutes": 30, "default": "Imperial"}, "default is none of the choices"),
        ({"deadline_minutes": 30, "default": "Delete both"}, "only a person may choose it"),
        ({"deadline_minutes": 0, "default": "Metric"}, "deadline_minutes"),
        ({"deadline_minutes": 43_201, "default": "Metric"}, "deadline_minutes"),
    ],
)
def test_a_deadline_that_cannot_be_kept_is_given_back_to_the_model(given: dict[str, Any], cure: str) -> None:
    answer = read_call(ToolCallPart("ask_user", ASKED | given, "call_1"), TOOLS)
    assert isinstance(answer, ToolResult) and answer.failed
    assert cure in answer.text


def test_a_secret_is_asked_for_by_the_name_of_its_variable() -> None:
    arguments = {"question": "A token, please.", "kind": "secret", "secret_name": "GITHUB_TOKEN"}
    asked = read_call(ToolCallPart("ask_user", arguments, "call_1"), TOOLS)
    assert isinstance(asked, AskUser)
    assert asked.asked().secret_name == "GITHUB_TOKEN"


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ({"kind": "secret"}, "secret needs secret_name"),
        ({"kind": "secret", "secret_name": "git-token"}, "such as GITHUB_TOKEN"),
        ({"kind": "secret", "secret_name": "X=1;ls"}, "such as GITHUB_TOKEN"),
        ({"kind": "secret", "secret_name": "LD_PRELOAD"}, "take another name"),
        ({"kind": "secret", "secret_name": "PATH"}, "take another name"),
        ({"kind": "secret", "secret_name": "HTTPS_PROXY"}, "take another name"),
        ({"kind": "text", "secret_name": "TOKEN"}, "secret_name is for kind secret"),
        ({"kind": "secret", "secret_name": "TOKEN", "choices": [{"label": "a"}, {"label": "b"}]}, "choices"),
    ],
)
def test_a_secret_without_a_name_for_it_is_given_back_to_the_model(given: dict[str, Any], cure: str) -> None:
    answer = read_call(ToolCallPart("ask_user", {"question": "A token?"} | given, "call_1"), TOOLS)
    assert isinstance(answer, ToolResult) and answer.failed
    assert cure in answer.text


def test_a_file_is_asked_for_with_a_hint_of_its_kind() -> None:
    arguments = {"question": "The table, please.", "kind": "file", "accept": ".csv,image/*"}
    asked = read_call(ToolCallPart("ask_user", arguments, "call_1"), TOOLS)
    assert isinstance(asked, AskUser)
    assert asked.asked().accept == ".csv,image/*"
    hostile = read_call(ToolCallPart("ask_user", arguments | {"accept": '"><script>'}, "call_1"), TOOLS)
    assert isinstance(hostile, ToolResult) and "accept" in hostile.text
