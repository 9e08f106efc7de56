"""What a site can do in a real Chromium, framed and in a tab of its own; and what a hostile one cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import BrowserContext, Frame, Page, expect

from tests.serving import Server

pytestmark = pytest.mark.browser

SITES = Path(__file__).parent / "sites"
ATTEMPTS = 14


def saved(server: Server, site: str) -> str:
    """The address of an artifact that holds the files of this site."""
    code = f"from tests.saved import save_site; print('AT', save_site({str(SITES / site)!r}))"
    printed = server.manage("shell", "-c", code)
    assert "AT /s/" in printed, printed
    return server.origin + printed.rpartition("AT ")[2].strip()


async def frame_in(page: Page) -> Frame:
    handle = await page.locator(".viewer iframe").element_handle()
    frame = await handle.content_frame() if handle else None
    assert frame
    await frame.wait_for_load_state()
    return frame


async def test_a_site_works_in_the_frame_and_in_a_tab_of_its_own(
    page: Page, context: BrowserContext, server: Server
) -> None:
    await page.goto(saved(server, "good"))
    frame = await frame_in(page)
    tab = await context.new_page()
    await tab.goto(frame.url)
    for shown in (frame, tab):
        heading = shown.locator("h1")
        await expect(heading).to_have_text("Ran")
        await expect(heading).to_have_css("color", "rgb(1, 2, 3)")
        assert await shown.evaluate("document.images[0].naturalWidth") == 40
        await shown.get_by_role("link", name="Docs").click()
        await expect(heading).to_have_text("Docs")


async def test_a_link_from_the_root_shows_what_to_do_instead(page: Page, server: Server) -> None:
    await page.goto(saved(server, "good"))
    await expect(page.locator(".viewer .banner.warn")).to_contain_text("/about.html leads out of this site")
    frame = await frame_in(page)
    await frame.get_by_role("link", name="About").click()
    await expect(frame.locator("main")).to_contain_text("Use relative links: about.html")


async def test_a_hostile_site_gets_at_nothing_of_the_dashboard(
    page: Page, context: BrowserContext, server: Server
) -> None:
    await page.goto(saved(server, "hostile"))
    await page.evaluate("localStorage.setItem('secret', 'of the dashboard')")
    frame = await frame_in(page)
    assert urlsplit(frame.url).netloc != urlsplit(page.url).netloc
    given = {cookie.get("name", "").partition("_")[0] for cookie in await context.cookies(frame.url)}
    assert "session" in given, "ports share cookies: the browser would give this one"
    assert await got(frame, server) == {}
    tab = await context.new_page()
    await tab.goto(frame.url)
    # Alone in its tab it is its own parent; still it has no origin, and reads only its own title.
    own = {"parent": "Hostile", "top_address": tab.url}
    assert await got(tab, server) == own


async def got(shown: Frame | Page, server: Server) -> dict[str, Any]:
    results: dict[str, Any] = await shown.evaluate("dashboard => attack(dashboard)", server.origin)
    assert len(results) == ATTEMPTS
    return {name: result for name, result in results.items() if result != "refused"}


async def test_the_same_attempts_succeed_on_the_dashboards_own_origin(page: Page, server: Server) -> None:
    """Else the test above would prove nothing."""
    await page.goto(f"{server.origin}/account/")
    script = (SITES / "hostile/index.html").read_text().split("<script>")[1].split("</script>")[0]
    await page.evaluate("localStorage.setItem('secret', 'of the dashboard')")
    await page.evaluate(f"() => {{ {script}; window.attack = attack }}")
    results = await got(page, server)
    assert {"storage", "page", "blind_fetch", "session_storage", "database"} <= results.keys()
    assert results["storage"] == "of the dashboard"
    assert "Account" in await page.evaluate(f"fetch('{server.origin}/account/').then(one => one.text())")


async def test_a_hostile_site_cannot_lead_the_dashboard_away(page: Page, server: Server) -> None:
    address = saved(server, "hostile")
    await page.goto(address)
    frame = await frame_in(page)
    await frame.evaluate("takeTheWindow()")
    await frame.evaluate("dashboard => signOut(dashboard)", server.origin)
    await page.wait_for_timeout(500)
    assert page.url == address
    await expect(page.locator(".viewer h2")).to_have_text("dist")
    await page.goto(f"{server.origin}/account/")
    assert page.url == f"{server.origin}/account/", "still signed in"


async def test_a_site_cannot_put_the_dashboard_into_its_frame(page: Page, server: Server) -> None:
    await page.goto(saved(server, "hostile"))
    frame = await frame_in(page)
    await frame.evaluate("dashboard => { location.href = `${dashboard}/account/` }", server.origin)
    await page.wait_for_timeout(1000)
    inside = [one for one in page.frames if one != page.main_frame]
    assert len(inside) == 1
    assert await inside[0].locator("form").count() == 0
    assert not inside[0].url.startswith(f"{server.origin}/account/")
