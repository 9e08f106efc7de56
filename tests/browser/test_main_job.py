"""The main job, end to end: give work, watch, answer, open what was made, ask for a change."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.driving import PHONE, badge, dispatch, sign_in
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

SITE = "Make a one-page site about a village bakery"


async def test_a_newcomer_gets_a_site_made_and_changed(
    page: Page, context: BrowserContext, server: Server
) -> None:
    dashboard = await context.new_page()
    await dashboard.goto(f"{server.origin}/sessions/")
    await dispatch(page, server, "site-builder", SITE)
    await page.evaluate("window.thisVeryPage = true")

    # The question is on the page and on the dashboard, which nobody has reloaded.
    await expect(badge(page)).to_have_text("Needs input", timeout=60_000)
    await expect(page.get_by_role("radio", name=re.compile("^Calm"))).to_be_visible()
    card = dashboard.locator(".ask", has_text="village bakery")
    await expect(card.get_by_role("button", name=re.compile("^Calm"))).to_be_visible()
    await expect(dashboard).to_have_title(re.compile(r"^\(1\)"))

    # It is answered from the card, and the open page goes on.
    await card.get_by_role("button", name=re.compile("^Calm")).click()
    await expect(badge(page)).to_have_text("Done", timeout=60_000)
    for step in ("Wrote site/index.html", "Opened localhost", "Committed", "Made an artifact"):
        await expect(page.locator("#steps .line", has_text=step).first).to_be_visible()
    await expect(page.locator("#steps img").first).to_have_js_property("complete", True)
    assert await page.evaluate("window.thisVeryPage"), "nobody has reloaded it"
    await expect(card).to_have_count(0)

    await page.locator("#steps .art").get_by_role("link", name="Open").click()
    site = page.frame_locator("iframe")
    await expect(site.get_by_role("heading", name="A village bakery")).to_be_visible()

    await page.get_by_role("textbox", name="Message").fill("Change the colour to green")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#steps .line", has_text="Renewed an artifact")).to_be_visible(timeout=60_000)
    await expect(badge(page)).to_have_text("Done", timeout=60_000)
    await page.locator("#steps .art").last.get_by_role("link", name="Open").click()
    await expect(page.locator(".viewer")).to_contain_text("version 2 of 2")


async def test_a_new_title_shows_in_every_open_page(
    page: Page, context: BrowserContext, server: Server
) -> None:
    session = await dispatch(page, server, "researcher", "Ask me whether to use metric or imperial units")
    await expect(badge(page)).to_have_text("Needs input", timeout=60_000)
    card, watching, agent = [await context.new_page() for _ in range(3)]
    await card.goto(f"{server.origin}/sessions/")
    await watching.goto(session)
    await agent.goto(f"{server.origin}/agents/researcher/")
    await page.get_by_role("link", name="Rename session").click()
    await page.get_by_role("textbox", name="Title of the session").fill("Which units")
    await page.keyboard.press("Enter")
    for one in (page, watching):
        await expect(one.get_by_role("heading", level=1)).to_have_text("Which units")
        await expect(one).to_have_title(re.compile(r"^\(1\) Which units · "))
    await expect(card.locator(".ask")).to_contain_text("Which units")
    await expect(agent.locator(".row")).to_contain_text("Which units")


async def test_the_same_with_one_thumb(chromium: Browser, server: Server) -> None:
    context = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = await context.new_page()
    await sign_in(page, server)
    await page.get_by_role("link", name="New", exact=True).click()
    await dispatch(page, server, "site-builder", SITE)
    await page.get_by_role("radio", name=re.compile("^Calm")).check(timeout=60_000)
    send = page.get_by_role("button", name="Send and continue")
    box, choice = await send.bounding_box(), await page.locator(".opt").first.bounding_box()
    assert box and choice
    assert box["y"] > PHONE["height"] * 0.4, "within reach of a thumb"
    assert min(box["height"], choice["height"]) >= 43.5, "large enough for a thumb"
    await send.tap()
    await expect(badge(page)).to_have_text("Done", timeout=60_000)
    await page.locator("#steps .art").get_by_role("link", name="Open").tap()
    await expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await context.close()


async def test_three_sessions_with_a_limit_of_two_say_their_place_in_line(page: Page, server: Server) -> None:
    sleep = "run `for i in $(seq 600); do sleep 0.5; done`"
    first = await dispatch(page, server, "site-builder", sleep)
    await dispatch(page, server, "researcher", sleep)
    server.wait_for("SELECT count(*) AS n FROM sessions_app_task WHERE status = 'in_progress' HAVING n = 2")
    third = await dispatch(page, server, "researcher", "run `echo third`")
    await expect(badge(page)).to_have_text("Queued")
    await expect(page.locator("#session-state")).to_contain_text("1st in line")
    await page.goto(f"{server.origin}/sessions/")
    await expect(page.locator(".row", has_text="echo third")).to_contain_text("1st in line")

    await page.goto(first)
    await page.locator("header.bar").get_by_role("button", name="Stop").click()
    await page.get_by_role("button", name="Stop session").click()
    await expect(badge(page)).to_have_text("Cancelled")
    await page.goto(third)
    await expect(badge(page)).to_have_text("Done", timeout=30_000)


async def test_a_page_that_was_open_through_a_kill_catches_up_without_a_reload(
    page: Page, server: Server
) -> None:
    command = "for i in $(seq 60); do echo line $i; sleep 0.2; done"
    await dispatch(page, server, "researcher", f"run `{command}`")
    await expect(page.locator("#steps")).to_contain_text("line 3")
    await page.evaluate("window.thisVeryPage = true")
    server.kill()
    await expect(page.get_by_text("Connection lost")).to_be_visible()
    server.start()
    await expect(badge(page)).to_have_text("Done", timeout=60_000)
    await expect(page.get_by_text("Connection lost")).to_be_hidden()
    shown = [await step.get_attribute("id") for step in await page.locator("#steps > li").all()]
    assert await page.evaluate("window.thisVeryPage"), "nobody has reloaded it"
    assert len(shown) == len(set(shown))
    await page.reload()
    assert shown == [await step.get_attribute("id") for step in await page.locator("#steps > li").all()]
