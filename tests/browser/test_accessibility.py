from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.driving import DESKTOP, PHONE, dispatch
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

COMPUTER = ("computer/", "computer/terminal/", "computer/network/", "computer/files/")
AXE = Path(__file__).resolve().parent.parent / "vendor/axe.min.js"
RUN = """async () => {
  const rules = { 'target-size': { enabled: true }, 'p-as-heading': { enabled: true } }
  const found = await axe.run(document, { rules, resultTypes: ['violations'] })
  return found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).join('; ')}`)
}"""


async def violations(page: Page, url: str) -> list[str]:
    """What axe-core finds on a page, wide and narrow, in light and in dark."""
    found = []
    for viewport in (DESKTOP, PHONE):
        await page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await page.goto(url)
            await page.evaluate(AXE.read_text())
            name = f"{url.partition('//')[2].partition('/')[2]} {viewport['width']} {scheme}"
            found += [f"{name}: {violation}" for violation in await page.evaluate(RUN)]
    return found


async def test_axe_finds_nothing_on_any_page(page: Page, server: Server) -> None:
    site = await dispatch(page, server, "site-builder", "Make a one-page site about a village bakery")
    server.wait_for("SELECT 1 FROM sessions_app_task WHERE status = 'waiting_for_input'")
    push = await dispatch(page, server, "researcher", "run `git push origin main`")
    await page.get_by_role("button", name="Allow once").wait_for()
    pages = [
        f"{server.origin}/{path}"
        for path in ("sessions/", "agents/site-builder/", "account/", "machine/", "costs/", "environments/")
    ]
    pages += [
        f"{server.origin}/{path}"
        for path in ("agents/new/", "agents/researcher/settings/", "models/", "models/new/", "nowhere/")
    ]
    found = [line for url in (site, push, *pages) for line in await violations(page, url)]

    await page.goto(site)
    await page.get_by_role("radio").first.check()
    await page.get_by_role("button", name="Send and continue").click()
    server.wait_for("SELECT 1 FROM sessions_app_task WHERE status = 'completed'")
    for part in ("", "artifacts/", "details/", "costs/", "artifacts/1/", *COMPUTER):
        found += await violations(page, f"{site}{part}")
    await page.context.clear_cookies()
    found += await violations(page, f"{server.origin}/login/")
    assert found == []


async def test_who_cannot_see_hears_at_once_that_the_agent_asks(page: Page, server: Server) -> None:
    await dispatch(page, server, "researcher", "run `true`")
    await page.get_by_text("Finished at").wait_for()
    await page.get_by_role("textbox", name="Message").fill("Ask me whether tea or coffee")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#alert")).to_contain_text("Needs input. Tea or coffee?", timeout=20_000)


async def test_the_focus_stays_in_the_page_when_its_place_goes(page: Page, server: Server) -> None:
    await dispatch(page, server, "researcher", "Ask me whether tea or coffee")
    await page.get_by_role("radio").first.wait_for()
    await page.goto(f"{server.origin}/sessions/")
    await page.get_by_role("button", name="Tea", exact=True).first.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await expect(page.locator("#announce")).to_have_text("Reply sent. Researcher (demo) continues.")
