"""Holding an agent back, word by word and step by step, on a real server."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.driving import PHONE, badge, dispatch
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]


async def test_a_task_is_paused_written_to_and_resumed(page: Page, server: Server) -> None:
    await dispatch(page, server, "researcher", "run `echo begun; sleep 6; echo over`")
    await expect(page.locator("#steps .log")).to_contain_text("begun")
    bar = page.locator("header.bar")
    await bar.get_by_role("button", name="Pause").click()
    await expect(page.locator("#session-state")).to_contain_text("Pausing after what it does now.")
    await expect(bar.get_by_role("button", name="Keep going")).to_be_visible()
    await expect(badge(page)).to_have_text("Paused", timeout=30_000)
    await expect(page.locator("#steps .log")).to_contain_text("over")

    box = page.get_by_role("textbox", name="Message")
    await box.fill("Say it in French.")
    await page.get_by_role("button", name="Send").click()
    sent = page.locator("#steps [data-k=message_sent]").first
    await sent.get_by_role("link", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Edit the message")
    await expect(dialog.get_by_role("textbox")).to_be_focused()
    await dialog.get_by_role("textbox").fill("Say it in Italian.")
    await dialog.get_by_role("textbox").press("Control+Enter")
    await expect(dialog).to_be_hidden()
    await expect(sent.locator(".prose")).to_have_text("Say it in Italian.")
    await expect(sent.locator(".receipt")).to_contain_text("Edited")

    await box.fill("And hurry up.")
    await page.get_by_role("button", name="Send").click()
    second = page.locator("#steps [data-k=message_sent]").nth(1)
    await second.get_by_role("button", name="Take back").click()
    await expect(second.locator(".receipt")).to_have_text("Taken back by owner")

    await bar.get_by_role("button", name="Resume").click()
    await expect(badge(page)).to_have_text("Done", timeout=30_000)
    await expect(sent.locator(".receipt")).to_contain_text("Read at step")
    await expect(second.locator(".receipt")).to_have_text("Taken back by owner")
    lines = "nodes => nodes.map(node => node.id + node.dataset.k)"
    shown = await page.locator("#steps > li").evaluate_all(lines)
    await page.reload()
    assert await page.locator("#steps > li").evaluate_all(lines) == shown


async def test_a_task_under_way_is_given_another_effort_while_somebody_writes(
    page: Page, server: Server
) -> None:
    await dispatch(page, server, "researcher", "run `echo begun; sleep 6; echo over`")
    await expect(page.locator("#steps .log")).to_contain_text("begun")
    box = page.get_by_role("textbox", name="Message")
    await box.fill("Half a sentence")
    await page.locator(".choose summary").click()
    await page.get_by_label("Effort").select_option("quick")
    await page.get_by_role("button", name="Use from the next step").click()
    await expect(page.locator("#steps [data-k=steered]")).to_have_text("Effort changed to Quick by owner.")
    await expect(box).to_have_value("Half a sentence")


async def test_a_step_is_tried_again_and_forked(page: Page, server: Server) -> None:
    session = await dispatch(page, server, "researcher", "run `echo one > note; echo written`")
    await expect(badge(page)).to_have_text("Done", timeout=30_000)
    step = page.locator("#steps details", has_text="Ran echo one")
    await step.evaluate("node => { node.open = true }")  # it is open already if it was seen while it ran
    await step.get_by_role("link", name="Retry from here").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Retry from step 2")
    await expect(dialog.get_by_role("textbox")).to_be_focused()
    await dialog.get_by_role("textbox").fill("run `cat note`")
    await dialog.get_by_role("button", name="Retry").click()
    await expect(page.locator("#steps [data-k=rewound]")).to_contain_text("Went back to step 2")
    await expect(page.locator("#steps .say").last).to_contain_text("It printed", timeout=30_000)
    await expect(badge(page)).to_have_text("Done", timeout=30_000)

    first = page.locator("#steps [data-k=instructed]").first
    await first.hover()
    await first.get_by_role("link", name="Fork from here").click()
    await dialog.get_by_role("textbox").fill("run `cat note; echo forked`")
    await dialog.get_by_role("button", name="Fork").click()
    await expect(page.locator("#steps [data-k=forked]")).to_contain_text("step 1 of run")
    await expect(badge(page)).to_have_text("Done", timeout=30_000)
    await expect(page.locator("#steps .prose").last).to_contain_text("one forked")
    assert page.url != session


async def test_going_back_is_quiet_until_the_focus_is_there_and_at_hand_on_a_phone(
    page: Page, server: Server, chromium: Browser
) -> None:
    session = await dispatch(page, server, "researcher", "run `true`")
    await expect(badge(page)).to_have_text("Done", timeout=30_000)
    await page.locator("#message").hover()
    said = page.locator("#steps .say").last
    controls = said.locator(".back-here")
    await expect(controls).to_have_css("opacity", "0")
    await said.get_by_role("link", name="Retry from here").focus()
    await expect(controls).to_have_css("opacity", "1")
    middles = "node => ['.av', 'header > .b'].map(at => node.querySelector(at).getBoundingClientRect())"
    picture, name = [box["y"] + box["height"] / 2 for box in await said.evaluate(middles)]
    assert abs(picture - name) < 3, "the name stands beside its picture"

    signed_in = await page.context.storage_state()
    phone = await chromium.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, storage_state=signed_in
    )
    small = await phone.new_page()
    await small.goto(session)
    await expect(small.locator("#steps .say .back-here").last).to_have_css("opacity", "1")
    await expect(small.get_by_role("link", name="Retry").last).to_be_in_viewport()
    await phone.close()
