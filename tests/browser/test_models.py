from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.agents.model_server.script import Calls, Reply, Says
from tests.agents.model_server.server import ModelServer, serving
from tests.browser.test_accessibility import violations
from tests.driving import badge, dispatch
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

KEY = "sk-harbour-0123456789abcdef"
NEW_KEY = "sk-harbour-fedcba9876543210"


def reply(body: dict[str, object]) -> Reply:
    """Makes one command where it has tools, then says that all is well."""
    messages = body["messages"]
    assert isinstance(messages, list)
    if body.get("tools") and messages[-1]["role"] == "user":
        return Calls(("bash", {"command": "echo from the den"}))
    return Says("All is well.")


async def add(page: Page, server: Server, models: ModelServer) -> None:
    await page.goto(f"{server.origin}/models/")
    await page.get_by_role("link", name="Add connection").click()
    await page.get_by_role("radio", name="OpenAI-compatible").check()
    await page.get_by_label("Name").fill("Den")
    await page.get_by_label("Address").fill(models.base_url)
    await page.get_by_label("API key").fill(KEY)
    await page.get_by_role("button", name="Add and check").click()


async def test_a_connection_is_added_tested_and_thought_with(page: Page, server: Server) -> None:
    with serving(reply, models=[{"id": "sailor"}]) as models:
        await add(page, server, models)
        den = page.get_by_role("region", name="Den")
        await expect(den.get_by_role("status")).to_contain_text("Working. 1 model", timeout=20_000)
        await expect(den.get_by_role("status")).to_contain_text("sailor answered")
        await den.get_by_text("1 model", exact=False).last.click()
        await den.get_by_role("button", name="Test").click()
        await expect(den.get_by_role("status")).to_contain_text("Working.", timeout=20_000)
        await expect(den.get_by_text("Price unknown")).to_be_visible()  # the list stayed open

        await page.get_by_label("Agents without a model").select_option("den:sailor")
        await page.get_by_role("button", name="Save").click()
        await page.goto(f"{server.origin}/agents/new/")
        await page.get_by_label("Name").fill("Scout")
        await page.get_by_role("button", name="Add agent").click()
        await page.wait_for_url("**/agents/scout/")
        await dispatch(page, server, "scout", "Look around.")
        await expect(badge(page)).to_have_text("Done", timeout=60_000)
        await expect(page.get_by_text("All is well.")).to_be_visible()
        assert models.keys[-1] == f"Bearer {KEY}"

        await page.goto(f"{server.origin}/models/den/settings/")
        await page.get_by_text("Replace the key").click()
        await page.get_by_label("API key").fill(NEW_KEY)
        await page.get_by_role("button", name="Save and check").click()
        await expect(page.locator(".toast")).to_have_text(
            "Saved. The old key is gone; the new one is being checked."
        )
        await expect(den.get_by_role("status")).to_contain_text("Working.", timeout=20_000)
        assert models.keys[-1] == f"Bearer {NEW_KEY}"
    shown = await page.content()
    for path in server.home.rglob("*"):
        if path.is_file() and "computers" not in path.parts:
            written = path.read_bytes()
            assert KEY.encode() not in written, path
            assert NEW_KEY.encode() not in written, path
    assert KEY not in shown


async def test_a_connection_that_fails_is_seen_on_the_first_page(page: Page, server: Server) -> None:
    with serving(reply, models=[{"id": "sailor"}]) as models:
        await add(page, server, models)
        den = page.get_by_role("region", name="Den")
        await expect(den.get_by_role("status")).to_contain_text("Working. 1 model", timeout=20_000)
        await page.goto(f"{server.origin}/agents/researcher/settings/")
        await page.get_by_label("Model").select_option("den:sailor")
        await page.get_by_role("button", name="Save agent").click()
        await page.goto(f"{server.origin}/sessions/")
        await expect(page.locator(".banner.warn")).to_have_count(0)
    await page.goto(f"{server.origin}/models/")
    await den.get_by_role("button", name="Test").click()
    await expect(den.get_by_role("status")).to_contain_text("Not working.", timeout=20_000)
    await page.goto(f"{server.origin}/sessions/")
    await expect(page.locator(".banner.warn")).to_contain_text(
        "Den does not work, so Researcher (demo) cannot"
    )
    await page.get_by_role("link", name="Look at the models").click()
    await page.wait_for_url(
        f"**/models/#connection-{server.query('SELECT id FROM sessions_app_connection')[0][0]}"
    )


async def test_axe_finds_nothing_on_the_pages_of_models(page: Page, server: Server) -> None:
    with serving(reply, models=[{"id": "sailor"}]) as models:
        await add(page, server, models)
        await expect(page.get_by_text("Working. 1 model")).to_be_visible(timeout=20_000)
        found = []
        for path in ("models/", "models/new/", "models/den/settings/"):
            found += await violations(page, f"{server.origin}/{path}")
        assert found == []
