from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from sessions_app.agents.tools.registry import TOOLS

from .driver import Driver

pytestmark = [pytest.mark.sandbox, pytest.mark.browser, pytest.mark.timeout(120)]

MAKE = "Make a one-page site about Ana & Rui's <b>bakery</b>."
TITLE = "Ana & Rui's <b>bakery</b>"


async def page_of(driver: Driver) -> BeautifulSoup:
    return BeautifulSoup(await driver.text_of("site/index.html"), "html.parser")


def one(page: BeautifulSoup, selector: str) -> Tag:
    (found,) = page.select(selector)
    return found


async def commits(driver: Driver) -> int:
    """Counted by the demo itself, with a command that is run for real."""
    text = await driver.tell("run `git -C site rev-list --count HEAD`")
    return int(text.split("```text\n")[1].split("\n")[0])


async def test_a_site_is_asked_for_made_looked_at_committed_and_saved(driver: Driver) -> None:
    text = await driver.tell(MAKE, "Calm")
    assert [choice.label for choice in driver.questions[0].choices] == ["Bright", "Calm"]
    assert all(choice.detail for choice in driver.questions[0].choices)
    page = await page_of(driver)
    assert one(page, "title").text == one(page, "h1").text == TITLE
    assert one(page, "html")["lang"] == "en"
    assert len(page.select("main section h2")) == 4
    assert page.select("main b") == page.select("header b") == []
    assert "Georgia" in await driver.text_of("site/style.css")
    assert driver.saved == [("site", TITLE)]
    assert "in the calm style" in text
    assert "know nothing of your topic" in text
    assert await commits(driver) == 1


@pytest.mark.parametrize(
    ("effort", "checks"), [("quick", "1 check:"), ("careful", "2 checks:"), ("thorough", "4 checks:")]
)
async def test_effort_decides_how_often_the_site_is_checked(driver: Driver, effort: str, checks: str) -> None:
    driver.effort = effort
    text = await driver.tell("Build a website about tea", "Bright")
    assert f"I made {checks}" in text
    assert text.count("- Passed: ") == int(checks[0])
    assert "Failed" not in text


async def test_follow_ups_change_the_site_and_save_it_again(driver: Driver) -> None:
    await driver.tell("Build a website about tea", "Bright")
    assert "Took out the section “Get in touch”." in await driver.tell("make it shorter")
    assert "Made the colour green." in await driver.tell("change the colour to green")
    assert "“Tea & cake”" in await driver.tell("change the title to Tea & cake")
    assert "Added a chart." in await driver.tell("add a chart", "Mon 3, Tue 5")
    page = await page_of(driver)
    assert len(page.select("main section")) == 3
    assert one(page, "title").text == one(page, "h1").text == "Tea & cake"
    assert one(page, "figure svg[role=img]")["aria-label"] == "Tea & cake: Mon 3, Tue 5"
    assert "--accent: #1b6e3c;" in await driver.text_of("site/style.css")
    assert driver.saved == [("site", "Tea")] * 3 + [("site", "Tea & cake")] * 2
    assert await commits(driver) == 5


async def test_a_wish_written_meanwhile_is_met_when_the_site_stands(driver: Driver) -> None:
    text = await driver.tell("make a page about tea", "Bright", meanwhile={1: "make it green please"})
    assert "You also wrote “make it green please”. Made the colour green." in text
    assert len(driver.saved) == 2


async def test_a_change_that_was_made_already_is_not_made_again(driver: Driver) -> None:
    await driver.tell("make a page about tea", "Bright")
    assert await driver.tell("make it blue") == "It is so already, so I changed nothing."
    assert len(driver.saved) == 1


async def test_a_colour_it_does_not_know_changes_nothing(driver: Driver) -> None:
    await driver.tell("make a page about tea", "Bright")
    assert "I changed nothing. The colours I know are black, blue" in await driver.tell(
        "change the colour to mauve"
    )
    assert len(driver.saved) == 1


async def test_a_page_changed_by_somebody_else_is_not_overwritten(driver: Driver) -> None:
    await driver.tell("make a page about tea", "Bright")
    await driver.tell("run `echo mine > site/index.html`")
    assert "I could not change site/index.html:" in await driver.tell("make it shorter")
    assert await driver.text_of("site/index.html") == "mine\n"
    assert len(driver.saved) == 1


async def test_an_answer_that_names_no_style_is_told_as_such(driver: Driver) -> None:
    text = await driver.tell("make a page about tea", "whatever you like")
    assert "You answered “whatever you like”, which is neither of the two styles" in text


async def test_a_site_without_a_topic_is_asked_for_one(driver: Driver) -> None:
    await driver.tell("make a website", "our harbour", "Calm")
    assert driver.saved == [("site", "Our harbour")]


async def test_without_a_browser_it_says_which_checks_it_did_not_make(driver: Driver) -> None:
    driver.tools = {name: tool for name, tool in TOOLS.items() if "page" not in name}
    text = await driver.tell("make a page about tea", "Bright")
    assert "I could not look at the page: This agent may not use open_page." in text
    assert "I made 1 of 2 checks:" in text
    assert "- Could not be made: the page is titled “Tea”." in text


async def test_a_server_that_cannot_start_is_told(driver: Driver) -> None:
    await driver.tell("run `mkdir /tmp/site-server.log`")
    text = await driver.tell("make a page about tea", "Bright")
    assert "The web server did not start:" in text
    assert "I made 0 of 2 checks." in text


@pytest.mark.parametrize("wish", ["make it shorter", "add a chart", "make it green"])
async def test_there_is_nothing_to_change_in_a_new_session(driver: Driver, wish: str) -> None:
    assert "made nothing yet that I could change" in await driver.tell(wish)
    assert driver.tools_called == []
