"""A budget, from the form that sets it to the task that ends within what was added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, expect

from tests.agents.model_server.script import Calls, Reply, Says
from tests.agents.model_server.server import serving
from tests.driving import badge, dispatch, sign_in
from tests.serving import served

pytestmark = pytest.mark.browser

PROGRESS = ("report_progress", {"text": "Half way."})


def costing(usd: str) -> dict[str, Any]:
    tokens = {"prompt_tokens": 9_000, "completion_tokens": 300, "total_tokens": 9_300}
    return {**tokens, "logfire_ai_gateway": {"cost": usd}}


async def test_a_budget_that_is_spent_is_raised_from_the_dashboard_and_the_task_ends(
    context: BrowserContext, tmp_path: Path
) -> None:
    script: list[Reply] = [Calls(PROGRESS, usage=costing("1.02")), Says("All done.", usage=costing("0.10"))]
    with (
        serving(script, models=[{"id": "scripted", "object": "model"}]) as model,
        served(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=model.base_url) as server,
    ):
        page = await context.new_page()
        await sign_in(page, server)
        server.wait_for("SELECT 1 FROM sessions_app_languagemodel WHERE name = 'openai:scripted'")
        await page.goto(f"{server.origin}/agents/researcher/settings/")
        await page.get_by_label("Model", exact=True).select_option("openai:scripted")
        await page.get_by_label("Budget", exact=True).fill("1")
        await page.get_by_role("button", name="Save agent").click()
        session = await dispatch(page, server, "researcher", "Count the boats")
        await expect(badge(page)).to_have_text("Needs input", timeout=30_000)
        await expect(page.locator("#composer-face")).to_contain_text("$1.02 of $1.00")

        dashboard = await context.new_page()
        await dashboard.goto(f"{server.origin}/sessions/")
        card = dashboard.locator(".ask", has_text="Count the boats")
        await card.get_by_role("button", name="Add $1").click()
        await expect(badge(page)).to_have_text("Done", timeout=30_000)
        await expect(page.locator("#steps")).to_contain_text("decided: Add $1.00")
        await expect(page.locator("#session-facts")).to_contain_text("$1.12")
        await expect(card).to_have_count(0)
        await page.goto(f"{session}costs/")
        await expect(page.locator("tbody tr")).to_have_count(2)
