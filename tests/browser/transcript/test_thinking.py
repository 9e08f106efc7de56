"""A thought that is read while it grows."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import Page, expect

from sessions_app.models import Session
from tests.live.test_thinking import end_thought, think

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators"),
]


async def test_a_thought_that_is_opened_grows_stays_open_and_becomes_the_step(
    page: Page, session: Session
) -> None:
    await sync_to_async(think)(session, "Two and")
    line = page.locator("#thinking summary")
    await expect(line.locator(".cut")).to_have_text("Thinking")
    await expect(page.locator("#thinking .body")).to_be_hidden()
    await expect(page.locator("#session-state .working")).to_be_hidden()
    await line.click()
    await expect(page.locator("#thinking .body")).to_have_text("Two and")
    await sync_to_async(think)(session, "Two and two make four.")
    await expect(page.locator("#thinking .body")).to_have_text("Two and two make four.")
    await expect(page.locator("#thinking .body")).to_be_visible()
    seq = await sync_to_async(end_thought)(session)
    step = page.locator(f"#step-{seq}")
    await expect(step.locator("summary .cut")).to_have_text("Thought for 14 s")
    await expect(step.locator(".body")).to_be_visible()
    await expect(page.locator("#thinking")).to_be_empty()
