from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.driving import DESKTOP, PHONE, sign_in
from tests.serving import Server

from .test_pages import violations

pytestmark = pytest.mark.browser

KINDS = 9


def one_of_each(server: Server) -> str:
    code = "from tests.saved import save_one_of_each; print('AT', save_one_of_each())"
    printed = server.manage("shell", "-c", code)
    assert "AT /s/" in printed, printed
    return server.origin + printed.rpartition("AT ")[2].strip()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["wide", "narrow"])
async def test_everybody_can_use_every_preview(
    chromium: Browser, server: Server, size: ViewportSize, theme: Literal["light", "dark"]
) -> None:
    context = await chromium.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    await sign_in(page, server)
    await page.goto(one_of_each(server))
    links = await page.locator("#panel-artifacts a.go").evaluate_all("all => all.map(one => one.href)")
    assert len(links) == KINDS
    for address in [page.url, *links, f"{links[0]}?view=code", f"{links[-1]}?view=code"]:
        await page.goto(address)
        assert (address, await violations(page)) == (address, [])
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert (address, await page.evaluate(sideways)) == (address, 0)
    assert said == []
    await context.close()


async def test_an_artifact_opens_in_place_and_the_way_back_is_kept(page: Page, server: Server) -> None:
    await page.goto(one_of_each(server))
    await page.evaluate("window.stayed = true")
    await page.locator("#panel-artifacts a.go", has_text="notes.md").click()
    await expect(page.locator(".viewer .prose h2")).to_have_text("Second")
    await expect(page.locator("#viewer-name")).to_be_focused()
    await expect(page).to_have_url(re.compile(r"/s/\d+/artifacts/\d+/$"))
    assert await page.evaluate("window.stayed")
    await page.reload()
    await expect(page.locator(".viewer .prose h2")).to_have_text("Second")
    await page.go_back()
    await expect(page.locator("#panel-artifacts")).to_be_visible()


async def test_a_version_is_changed_in_place_and_the_focus_stays(page: Page, server: Server) -> None:
    await page.goto(one_of_each(server))
    await page.locator("#panel-artifacts a.go", has_text="notes.md").click()
    version = page.get_by_label("Version")
    await version.focus()
    await version.select_option("1")
    await expect(page.locator(".viewer .prose h2")).to_have_text("First")
    await expect(page).to_have_url(re.compile(r"\?v=1$"))
    await expect(version).to_be_focused()
    await page.get_by_role("link", name="Code").click()
    await expect(page.locator(".viewer .source")).to_contain_text("# First")


async def test_keys_lead_through_the_artifacts_and_out(page: Page, server: Server) -> None:
    await page.goto(one_of_each(server))
    await page.locator("#panel-artifacts a.go", has_text="orders.csv").click()
    await expect(page.locator("#viewer-name")).to_have_text("orders.csv")
    await page.keyboard.press("]")
    await expect(page.locator("#viewer-name")).to_have_text("data.json")
    await page.keyboard.press("[")
    await expect(page.locator("#viewer-name")).to_have_text("orders.csv")
    async with page.expect_download() as started:
        await page.keyboard.press("d")
    assert (await started.value).suggested_filename == "orders.csv"
    await page.get_by_role("textbox", name="Message").press("]")
    await expect(page.locator("#viewer-name")).to_have_text("orders.csv")
    await page.locator("#viewer-name").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator("#panel-artifacts")).to_be_visible()


SAVE_AGAIN = """
from sessions_app.models import ArtifactKind, ArtifactVersion
from tests.saved import save
version = ArtifactVersion.objects.filter(artifact__name="notes.md").latest("pk")
files = {"notes.md": b"# Later"}
save(version.artifact.session, version.artifact.path, files, kind=ArtifactKind.MARKDOWN)
"""


async def test_a_version_that_is_saved_meanwhile_is_a_click_away(page: Page, server: Server) -> None:
    await page.goto(one_of_each(server))
    await page.locator("#panel-artifacts a.go", has_text="notes.md").click()
    await expect(page.locator(".viewer .prose h2")).to_have_text("Second")
    await expect(page.locator("#viewer-newer")).to_be_hidden()
    server.manage("shell", "-c", SAVE_AGAIN)
    await page.get_by_role("link", name="Show version 3").click(timeout=20_000)
    await expect(page.locator(".viewer .prose")).to_contain_text("Later")
    await expect(page.locator("#viewer-newer")).to_be_hidden()
    await expect(page.locator("#viewer-name")).to_be_focused()
