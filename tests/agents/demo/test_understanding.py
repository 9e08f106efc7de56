from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.agents.demo.intents import (
    Ask,
    Change,
    Edit,
    Explain,
    Intent,
    MakeSite,
    OpenPage,
    Read,
    Run,
    Summarise,
    Unknown,
    Wait,
    Write,
)
from sessions_app.agents.demo.palette import COLOURS
from sessions_app.agents.demo.phrases import addresses
from sessions_app.agents.demo.understanding import understand

PHRASINGS: list[tuple[str, list[Intent]]] = [
    ("Make a one-page site about our bakery in Porto.", [MakeSite("our bakery in Porto")]),
    ("could you please build me a website for Ana & Rui?", [MakeSite("Ana & Rui")]),
    ("CREATE A NEW SIMPLE LANDING PAGE ABOUT “Tea, then cake”", [MakeSite("Tea, then cake")]),
    ("Make a website", [MakeSite("")]),
    ("open https://example.com/a.b and summarise it", [Summarise("https://example.com/a.b")]),
    ("Visit https://example.com, then summarize it.", [OpenPage("https://example.com"), Summarise("")]),
    ("summarise the page at localhost:8000/x", [Summarise("http://localhost:8000/x")]),
    ("Open www.example.com", [OpenPage("https://www.example.com")]),
    ("run `ls -la`", [Run("ls -la")]),
    ("Run the command `a; b` please", [Run("a; b")]),
    ("run command: echo then done; ls | head", [Run("echo then done; ls | head")]),
    ("execute ```\ncd x\nls\n```", [Run("cd x\nls")]),
    ("write file c.txt: done", [Write("c.txt", "done")]),
    ("Write notes/a.md: First. Then second.\nThird", [Write("notes/a.md", "First. Then second.\nThird")]),
    ("create a file called todo with the text “buy milk”", [Write("todo", "buy milk")]),
    ("save 'a and b' to list.txt", [Write("list.txt", "a and b")]),
    ("read file c.txt", [Read("c.txt")]),
    ("Show me `c.txt`.", [Read("c.txt")]),
    ("edit a.txt: replace foo with bar", [Edit("a.txt", "foo", "bar")]),
    ('in "a.txt" replace `a and b` with "" everywhere', [Edit("a.txt", "a and b", "", True)]),
    ("replace x with y in a.txt everywhere", [Edit("a.txt", "x", "y", True)]),
    ("ask me which colour", [Ask("Which colour?")]),
    ("Ask me whether tea or coffee", [Ask("Tea or coffee?", ("Tea", "Coffee"))]),
    ("ask me which drink: tea, coffee, or milk", [Ask("Which drink?", ("Tea", "Coffee", "Milk"))]),
    ("ask me which fruits (several): figs, plums and pears",
     [Ask("Which fruits?", ("Figs", "Plums", "Pears"), several=True)]),
    ("wait 5 seconds", [Wait(5)]),
    ("Sleep for 2 minutes.", [Wait(120)]),
    ("make it shorter", [Change("shorter")]),
    ("Please make the page a bit shorter, thanks!", [Change("shorter")]),
    ("make it longer", [Change("longer")]),
    ("add a chart", [Change("chart")]),
    ("Add a bar chart of Mon 3, Tue 5", [Change("chart", "Mon 3, Tue 5")]),
    ("Change the colour to green", [Change("colour", "green")]),
    ("change the color of the page to mauve", [Change("colour", "mauve")]),
    ("make it green instead", [Change("colour", "green")]),
    ('change the title to "Hello, world"', [Change("title", "Hello, world")]),
    ("hello", [Explain()]),
    ("What can you do?", [Explain()]),
    ("  ", [Explain()]),
    ("Research our top 5 competitors and write a one-page summary",
     [Unknown("Research our top 5 competitors and write a one-page summary", work=True)]),
    ("change the title to Salt and Pepper", [Change("title", "Salt and Pepper")]),
    ("make a page about Ana and Rui and make it green", [MakeSite("Ana and Rui"), Change("colour", "green")]),
    ("Lovely weather", [Unknown("Lovely weather", work=False)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intents"), PHRASINGS, ids=[text for text, _ in PHRASINGS])
def test_it_understands(text: str, intents: list[Intent]) -> None:
    assert understand(text) == intents


def test_several_things_are_done_in_order() -> None:
    assert understand("run `echo a >> log`, then ask me which colour, then write file c.txt: done") == [
        Run("echo a >> log"),
        Ask("Which colour?"),
        Write("c.txt", "done"),
    ]


def test_a_numbered_list_is_several_things() -> None:
    assert understand("1. run `a`\n2. wait 3 seconds\n3. read file b.txt") == [
        Run("a"),
        Wait(3),
        Read("b.txt"),
    ]


def test_two_things_joined_by_and_are_two() -> None:
    assert understand("wait 2 seconds and run `ls`") == [Wait(2), Run("ls")]


def test_words_it_does_not_know_come_back_unknown_beside_those_it_knows() -> None:
    assert understand("Make a page about tea. Keep it simple.") == [
        MakeSite("tea"),
        Unknown("Keep it simple.", work=False),
    ]


def test_a_summary_is_no_site() -> None:
    assert not any(isinstance(intent, MakeSite) for intent in understand("write a one-page summary about us"))


def test_addresses_are_found_in_prose_once_each() -> None:
    text = "See https://a.example/x, http://localhost:8000/y. and (www.b.org) and again https://a.example/x"
    assert addresses(text) == ["https://a.example/x", "http://localhost:8000/y", "https://www.b.org"]


@given(st.text(max_size=300))
def test_any_text_is_read_without_trouble(text: str) -> None:
    assert understand(text)


@given(st.text(st.characters(blacklist_characters="`", blacklist_categories=["C", "Z"]), min_size=1))
def test_a_command_in_backticks_is_taken_word_for_word(word: str) -> None:
    command = f"echo then {word}; and. {word}"
    assert understand(f"wait 1 second, then run `{command}`, then read file b.txt") == [
        Wait(1),
        Run(command),
        Read("b.txt"),
    ]


@given(st.sampled_from(sorted(COLOURS)), st.sampled_from(["Please ", "Could you ", "now ", ""]))
def test_every_colour_it_names_it_understands(colour: str, politeness: str) -> None:
    assert understand(f"{politeness}make it {colour}") == [Change("colour", colour)]


@pytest.mark.timeout(10)
def test_a_very_long_message_is_read_in_reasonable_time() -> None:
    assert understand("write a.txt: " + "word then word. " * 1500)[0] is not None
    assert understand("replace a with b " * 1500)
    assert understand("wait 1 second and " * 1500 + "sing")
    assert understand("`" * 20_000)
    assert understand("ask me " + "a, or " * 3000)
