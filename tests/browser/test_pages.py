"""Each page of the frame in a real browser: what a person does there, and that everybody can use it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from tests.driving import DESKTOP, PHONE, sign_in
from tests.serving import Server

pytestmark = pytest.mark.browser

AXE = Path(__file__, "../../vendor/axe.min.js").resolve().read_text()
RULES = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()
PAGES = [
    "/sessions/",
    "/sessions/?q=nothing",
    "/sessions/new/",
    "/agents/new/",
    "/account/",
    "/machine/",
    "/x/",
]


async def violations(page: Page) -> list[str]:
    await page.evaluate(AXE)
    found = await page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}})"
        ".then(all => [all.passes.length, all.violations.map(one => one.id + one.nodes.map(n => n.html))])",
        RULES,
    )
    passed, violated = found
    assert passed > 10
    return list(violated)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "narrow"])
async def test_everybody_can_use_every_page(
    chromium: Browser, server: Server, size: ViewportSize, theme: Literal["light", "dark"]
) -> None:
    narrow = size is PHONE
    context = await chromium.new_context(
        viewport=size, color_scheme=theme, has_touch=narrow, is_mobile=narrow, reduced_motion="reduce"
    )
    page = await context.new_page()
    await page.goto(f"{server.origin}/login/")
    assert await violations(page) == []
    await sign_in(page, server)
    for address in PAGES:
        await page.goto(server.origin + address)
        assert (address, await violations(page)) == (address, [])
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert (address, await page.evaluate(sideways)) == (address, 0)
    await context.close()


async def test_nothing_is_refused_by_the_security_policy(page: Page, server: Server) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in PAGES:
        await page.goto(server.origin + address)
        await page.wait_for_load_state("load")
    assert [words for words in said if "Security Policy" in words or "rror:" in words] == []


async def test_an_example_fills_the_box_and_ctrl_enter_sends_it(page: Page, server: Server) -> None:
    await page.goto(f"{server.origin}/sessions/new/")
    box = page.get_by_role("textbox", name="What should")
    assert await box.evaluate("box => box === document.activeElement")
    await page.locator("[data-fill]").first.click()
    assert await box.input_value() == await page.locator("[data-fill]").first.get_attribute("data-fill")
    await box.press("Control+Enter")
    await page.wait_for_url("**/s/*/")


async def test_search_narrows_the_list_while_one_types(page: Page, server: Server) -> None:
    await page.goto(f"{server.origin}/sessions/new/")
    await page.get_by_role("textbox", name="What should").fill("Say hello to the harbour.")
    await page.get_by_role("button", name="Start session").click()
    await page.wait_for_url("**/s/*/")
    await page.goto(f"{server.origin}/sessions/")
    search = page.get_by_role("searchbox", name="Search titles")
    await search.fill("lighthouse")
    await page.get_by_text("No session matches “lighthouse”").wait_for()
    await search.fill("harbour")
    await page.get_by_role("link", name="Say hello to the harbour").first.wait_for()
    assert await search.evaluate("field => field === document.activeElement")
    assert "q=harbour" in page.url


async def test_keys_lead_to_places(page: Page, server: Server) -> None:
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    await dialog.wait_for()
    await page.keyboard.press("Escape")
    await dialog.wait_for(state="hidden")
    await page.keyboard.press("c")
    await page.wait_for_url("**/agents/*/")
    box = page.get_by_role("textbox", name="What should")
    await box.fill("")
    await box.press("c")
    assert await box.input_value() == "c"
    await page.locator("h1").click()
    await page.keyboard.press("g")
    await page.keyboard.press("s")
    await page.wait_for_url("**/sessions/")
    await page.keyboard.press("/")
    assert await page.evaluate("document.activeElement.id") == "q"


async def test_the_theme_is_kept(page: Page, server: Server) -> None:
    await page.goto(f"{server.origin}/account/")
    await page.get_by_role("radio", name="Dark").check(force=True)
    await page.get_by_role("button", name="Use this theme").click()
    await page.locator("html[data-theme=dark]").wait_for()
    background = "getComputedStyle(document.documentElement).backgroundColor"
    assert await page.evaluate(background) == "rgb(11, 15, 19)"


async def test_on_a_phone_the_menu_opens_over_the_page(chromium: Browser, server: Server) -> None:
    context = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = await context.new_page()
    await sign_in(page, server)
    menu = page.get_by_role("navigation", name="Main")
    assert not await menu.is_visible()
    await page.get_by_role("button", name="Menu").tap()
    await menu.get_by_role("link", name="Sessions").wait_for()
    assert await violations(page) == []
    await context.close()
