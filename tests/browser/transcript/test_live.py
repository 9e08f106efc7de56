"""What is pushed to a page changes it in place, and nothing that somebody writes or opened is lost."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import Page, expect

from sessions_app.models import Session
from tests.browser.transcript.driving import AWAY, BOTTOM, Write, scroll_up
from tests.live.in_thread import ServedHere
from tests.live.transcripts import write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # WhiteNoise hands its files to ASGI as plain iterators, which Django reads in a thread.
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators"),
]


async def test_a_page_that_lost_its_connection_says_so_and_misses_nothing(
    page: Page, write_steps: Write, here: tuple[str, ServedHere]
) -> None:
    await page.evaluate(AWAY)
    here[1].drop_connections()
    await expect(page.locator("#connection")).to_contain_text("Connection lost. The agent keeps working.")
    await write_steps(12)
    await page.evaluate("() => { window.WebSocket = window.RealSocket; }")
    await page.get_by_role("button", name="Retry now").click()
    await expect(page.locator("#connection")).to_have_text(
        "Back online. 12 steps arrived while you were away."
    )
    shown = await page.locator("#steps summary code").all_text_contents()
    assert shown == [f"echo {number}" for number in range(int(shown[0].split()[1]), 103)]


async def test_what_is_being_written_survives_every_change_around_it(page: Page, session: Session) -> None:
    box = page.locator("#message")
    await box.fill("Half a sen")
    await sync_to_async(finish)(session)
    await expect(page.locator("#session-badge")).to_have_text("Done")
    await expect(box).to_have_attribute("placeholder", "Ask for a change, or start the next thing")
    await expect(box).to_have_value("Half a sen")
    await expect(box).to_be_focused()
    await box.press_sequentially("tence")
    await expect(box).to_have_value("Half a sentence")
    await page.wait_for_timeout(700)
    await page.reload()
    await expect(box).to_have_value("Half a sentence")


def finish(session: Session) -> None:
    task = session.latest_task
    assert task
    task.move("complete", {"seconds": 1, "steps": session.steps})


async def test_a_sent_message_appears_and_leaves_the_box(page: Page, write_steps: Write) -> None:
    await scroll_up(page, 400)
    await page.locator("#message").fill("Keep the old URL.")
    await page.locator("#message").press("Control+Enter")
    message = page.locator("#steps [data-k=message_sent]")
    await expect(message).to_contain_text("Keep the old URL.")
    await expect(message.locator(".receipt")).to_contain_text("Sent")
    await expect(page.locator("#message")).to_have_value("")
    await page.wait_for_timeout(200)
    assert await page.evaluate(BOTTOM) < 2


async def test_a_command_under_way_shows_its_end_in_place(page: Page, session: Session) -> None:
    opener = await sync_to_async(write)(session, "command_started", call_id="x", command="npm test", boot="b")
    step = page.locator(f"#step-{opener.seq}")
    await expect(step.locator("summary .cut")).to_have_text("Running npm test")
    await step.evaluate("node => { node.dataset.kept = 'yes' }")
    ended: dict[str, Any] = {"exit_code": 1, "seconds": 2.0, "output": "1 failed"}
    await sync_to_async(session.append)("command_ended", ended, step=opener.seq)
    await expect(step.locator("summary .cut")).to_have_text("Ran npm test")
    await expect(step.locator(".log")).to_have_text("1 failed")
    await expect(step.locator("details")).to_have_attribute("open", "")


async def test_a_long_step_that_is_closed_comes_whole_when_it_is_opened(page: Page, session: Session) -> None:
    text = f"Beginning. {'word ' * 400} The very end."
    opener = await sync_to_async(write)(session, "thought", text=text, seconds=2.0)
    await page.reload()
    step = page.locator(f"#step-{opener.seq}")
    await expect(step).not_to_contain_text("The very end.")
    await step.locator("summary").click()
    await expect(step).to_contain_text("The very end.")
