from __future__ import annotations

import re

import pytest

from sessions_app.agents.demo.summary import best_sentences

from .driver import Driver

SENTENCES = [
    "Harbours shelter ships from storms and heavy waves.",
    "A good harbour has deep water and a narrow entrance.",
    "Somebody once painted a door in Porto in red.",
    "Ships pay harbour dues for every day they stay.",
    "Harbour pilots guide large ships through the entrance.",
    "Do you like the sea as much as I do?",
    "Old harbours were built where rivers met the sea.",
    "Ships in a harbour load and unload their cargo.",
]


def test_the_sentences_with_the_most_frequent_words_are_picked_in_the_order_of_the_page() -> None:
    picked = best_sentences("\n".join(SENTENCES), 3)
    assert len(picked) == 3
    assert picked == sorted(picked, key=SENTENCES.index)
    assert SENTENCES[2] not in picked


def test_menus_questions_and_repetitions_are_left_out() -> None:
    text = "Home\nAbout us\n" + SENTENCES[5] + "\n" + SENTENCES[0] + "\n" + SENTENCES[0]
    assert best_sentences(text, 5) == [SENTENCES[0]]


@pytest.fixture
async def address(driver: Driver) -> str:
    """A page served within the computer."""
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    await driver.computer.write_file(
        "seed", "pages/harbour.html", f"<!doctype html><title>Harbours</title>{body}".encode()
    )
    started = await driver.tell(
        "run ```python3 -u -m http.server 0 --directory pages >/tmp/pages.log 2>&1 </dev/null &\n"
        "until grep -q '^Serving' /tmp/pages.log; do sleep 0.1; done; cat /tmp/pages.log```"
    )
    port = re.search(r"port (\d+)", started)
    assert port is not None
    return f"http://localhost:{port[1]}/harbour.html"


@pytest.mark.sandbox
@pytest.mark.browser
@pytest.mark.timeout(120)
class TestSummaries:
    async def test_a_page_is_opened_summed_up_and_saved(self, driver: Driver, address: str) -> None:
        text = await driver.tell(f"Open {address} and summarise it")
        written = await driver.text_of("summary.md")
        assert written.startswith(f"# Harbours\n\n{address}\n\n- ")
        assert [line for line in written.splitlines() if line.startswith("- ")] == [
            f"- {sentence}" for sentence in SENTENCES if f"- {sentence}" in written
        ]
        assert written.count("\n- ") == 5
        assert written in text
        assert driver.saved == [("summary.md", "Summary of Harbours")]

    async def test_a_summary_can_be_made_shorter_renamed_and_given_a_chart(
        self, driver: Driver, address: str
    ) -> None:
        await driver.tell(f"summarise {address}")
        assert "Kept 3 of 5 points." in await driver.tell("make it shorter")
        await driver.tell("change the title to Ports")
        await driver.tell("add a chart of Monday 3, Tuesday 5")
        written = await driver.text_of("summary.md")
        assert written.startswith("# Ports\n")
        assert written.count("\n- ") == 3
        assert "<svg" in await driver.text_of("chart.svg")
        assert [path for path, _ in driver.saved] == ["summary.md"] * 3 + ["chart.svg"]
        assert "Kept 2 of 3 points." in await driver.tell("make it shorter")

    async def test_the_page_that_is_open_can_be_summed_up(self, driver: Driver, address: str) -> None:
        text = await driver.tell(f"Open {address}")
        assert text == f"I opened {address}. Its title is “Harbours”."
        assert "# Harbours" in await driver.tell("summarise it")

    async def test_a_page_that_is_missing_is_not_summed_up(self, driver: Driver, address: str) -> None:
        missing = address.replace("harbour", "absent")
        text = await driver.tell(f"Open {missing} and summarise it")
        assert text.startswith(f"I did not summarise {missing}:")
        assert "404" in text
        assert driver.saved == []

    async def test_a_page_that_does_not_open_is_told(self, driver: Driver) -> None:
        text = await driver.tell("Open http://localhost:9/ and summarise it")
        assert text.startswith("I could not open http://localhost:9/:")
        assert driver.saved == []

    async def test_research_is_asked_for_addresses_and_goes_no_further(
        self, driver: Driver, address: str
    ) -> None:
        text = await driver.tell(
            "Research our top 5 competitors and write a one-page summary",
            f"{address} and http://localhost:9/",
        )
        written = await driver.text_of("summary.md")
        assert "## Harbours" in written
        assert "I compared and judged nothing." in text
        assert "I could not open http://localhost:9/:" in text
        assert "export OPENAI_API_KEY" in text

    async def test_research_with_facts_writes_down_the_facts(self, driver: Driver) -> None:
        await driver.tell("Compare our two suppliers", "Ana delivers on Monday.\nRui is cheaper.")
        assert "- Ana delivers on Monday.\n- Rui is cheaper.\n" in await driver.text_of("summary.md")

    async def test_research_without_anything_to_go_on_does_nothing_and_says_so(self, driver: Driver) -> None:
        text = await driver.tell("Research our top 5 competitors", "none")
        assert text.startswith("I did nothing: “Research our top 5 competitors” takes more than fixed rules.")
        assert "export OPENAI_API_KEY" in text
        assert driver.tools_called == ["ask_user"]
