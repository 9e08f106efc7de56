"""The reader owns the scroll, on a wide screen and on a phone."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.browser.transcript.driving import BOTTOM, STEPS, TOP, Write, arrived, height_of, scroll_up, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # WhiteNoise hands its files to ASGI as plain iterators, which Django reads in a thread.
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators"),
]


async def test_it_opens_at_the_end_and_follows_new_steps(page: Page, write_steps: Write) -> None:
    assert await page.evaluate(BOTTOM) < 2
    await write_steps(36)
    await arrived(page, 126)
    assert await page.evaluate(BOTTOM) < 2
    await expect(page.locator("[data-latest]")).to_be_hidden()


async def test_nothing_moves_while_somebody_reads_further_up(page: Page, write_steps: Write) -> None:
    await scroll_up(page, 60)  # sixty pixels are enough
    before = await page.evaluate(TOP)
    await write_steps(80)
    await arrived(page, 170)
    assert await page.evaluate(TOP) == before
    await expect(page.locator("[data-latest]")).to_have_text("80 new steps")
    await page.locator("[data-latest]").click()
    assert await page.evaluate(BOTTOM) < 2
    await expect(page.locator("[data-latest]")).to_be_hidden()


async def test_reaching_the_end_by_hand_follows_again(page: Page, write_steps: Write) -> None:
    await scroll_up(page, 300)
    await page.evaluate("document.querySelector('[data-stick]').scrollTop = 1e9")
    await page.wait_for_timeout(100)
    await write_steps(10)
    await arrived(page, 100)
    assert await page.evaluate(BOTTOM) < 2


async def test_earlier_steps_leave_the_line_being_read_where_it_is(page: Page) -> None:
    await scroll_up(page, 700)
    first = page.locator("#steps > .step").first
    seq = await first.get_attribute("data-seq")
    read = page.locator(f"#step-{int(str(seq)) + 20}")
    await read.scroll_into_view_if_needed()
    before = await height_of(read)
    await page.evaluate("document.querySelector('[data-earlier]').click()")
    await until(page, f"{STEPS} > 80")
    await page.wait_for_timeout(200)
    assert abs(await height_of(read) - before) < 2
    assert await page.locator("#steps > .step").first.get_attribute("id") == "step-1"


async def test_an_opened_step_stays_where_it_is_and_open(page: Page, write_steps: Write) -> None:
    step = page.locator(f"#{await page.locator('#steps > .step').nth(-3).get_attribute('id')}")
    await step.locator("summary").click()
    before = await height_of(step)
    await write_steps(20)
    await arrived(page, 110)
    assert await height_of(step) == before
    await expect(step.locator("details")).to_have_attribute("open", "")


async def test_selected_text_is_not_scrolled_away(page: Page, write_steps: Write) -> None:
    await page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('#steps > .step:last-child .cut'))"
    )
    before = await page.evaluate(TOP)
    await write_steps(12)
    await arrived(page, 102)
    assert await page.evaluate(TOP) == before
    await expect(page.locator("[data-latest]")).to_have_text("12 new steps")


async def test_at_most_150_steps_stay_while_the_end_is_followed(page: Page, write_steps: Write) -> None:
    await write_steps(140)
    await arrived(page, 230)
    assert await page.evaluate(STEPS) <= 150
    assert await page.evaluate(BOTTOM) < 2
    kept = await page.evaluate(STEPS)
    await expect(page.locator("#earlier")).to_have_text(f"Show {231 - kept} earlier steps")


async def test_the_layout_does_not_shift_while_steps_stream_past_a_reader(
    page: Page, write_steps: Write
) -> None:
    await scroll_up(page, 300)
    await page.evaluate(
        "window.shift = 0;"
        "new PerformanceObserver(list => list.getEntries().forEach(entry => { shift += entry.value }))"
        ".observe({ type: 'layout-shift' })"
    )
    for _ in range(6):
        await write_steps(5)
        await asyncio.sleep(0.08)
    await arrived(page, 120)
    assert await page.evaluate("window.shift") < 0.01
