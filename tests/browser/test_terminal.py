"""A person's own shell on the agent's computer, in the page."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.driving import badge, dispatch
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]


async def test_a_person_types_a_command_and_comes_back_to_what_it_said(page: Page, server: Server) -> None:
    session = await dispatch(page, server, "researcher", "run `echo of the agent > made.txt`")
    await expect(badge(page)).to_have_text("Done", timeout=30_000)
    await page.goto(f"{session}computer/")
    await page.get_by_role("link", name="Terminal").click()
    window = page.frame_locator("iframe.shell")
    rows = window.locator(".xterm-rows")
    await expect(rows).to_contain_text("/workspace", timeout=15_000)
    await window.locator(".xterm-screen").click()
    await page.keyboard.type("cat made.txt | tr a-z A-Z\n")
    await expect(rows).to_contain_text("OF THE AGENT")
    await expect(page.locator("#steps")).to_contain_text("owner used the terminal.")
    await page.reload()
    await expect(rows).to_contain_text("OF THE AGENT", timeout=15_000)
    assert "tr a-z" not in await page.locator("#steps").inner_text()
