"""What an act on a page would send, told before it is done."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sessions_app.computers.base import Browser
from sessions_app.computers.errors import PageFailed
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.results import Aim, FilledIn, PageAction
from tests.computers.shell import new_call, run

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

SITE = "http://localhost:8020"
PAGE = """<!doctype html><title>Order</title>
<form action="/contact" method="post">
  <label>Your name <input name="action" value="Ada"></label>
  <label>Secret <input name="secret" type="password" value="hunter2"></label>
  <input type="hidden" name="token" value="abc"><label><input type="checkbox" name="news"> News</label>
  <select name="size"><option>Small<option selected>Large</select>
  <button type="button">Look it over</button><button>Send <b>message</b></button>
  <button formaction="https://other.example/save">Save elsewhere</button>
</form>
<form onsubmit="return false"><label>Card <input autocomplete="cc-number" value="4111"></label>
  <button type="button">Next</button></form>
<form role="search"><input aria-label="Search" name="q"></form>
<p><a href="#x">Only a link</a> <button>Stands alone</button></p>
<label for="far">Far away</label><input id="far" form="apart"><form id="apart" action="/apart"></form>
<iframe style="border:7px solid"
  srcdoc="<form action='/inner'><button style='margin:20px'>Inner</button></form>"></iframe>
"""


@pytest.fixture
async def browser(computer: LocalComputer) -> AsyncIterator[Browser]:
    await computer.write_file(new_call(), "order/index.html", PAGE.encode())
    await run(computer, "cd /workspace/order && (python3 -m http.server 8020 >/dev/null 2>&1 &)")
    await run(computer, f"curl -sS --retry 30 --retry-connrefused --retry-delay 1 {SITE}/ >/dev/null")
    browser = await computer.browser()
    await browser.open(f"{SITE}/")
    yield browser


async def sent_by(browser: Browser, action: PageAction) -> str:
    aim = await browser.aim(action)
    return aim.form.removeprefix(SITE) if aim else ""


async def test_what_would_be_sent_is_told_with_what_is_filled_in_and_no_secret(browser: Browser) -> None:
    aim = await browser.aim(PageAction("click", name="Send message"))
    filled = [FilledIn("Your name", "Ada"), FilledIn("Secret", ""), FilledIn("size", "Large")]
    assert aim == Aim(f"{SITE}/", "Send message", f"{SITE}/contact", filled, payment=False)
    assert "hunter2" not in str(aim)


async def test_each_way_of_sending_a_form_is_seen(browser: Browser) -> None:
    click, enter = PageAction("click", name="Send message"), PageAction("press", key="Enter")
    assert await sent_by(browser, click) == "/contact"
    assert await sent_by(browser, PageAction("click", name="Save elsewhere")) == "https://other.example/save"
    assert await sent_by(browser, PageAction("type", name="Your name", text="Bob", submit=True)) == "/contact"
    assert await sent_by(browser, PageAction("type", name="Far away", text="x", submit=True)) == "/apart"
    assert await sent_by(browser, PageAction("type", name="Search", text="x", submit=True)) == "/"
    await browser.act(PageAction("type", name="Your name", text="Eve"))
    assert await sent_by(browser, enter) == "/contact"
    assert await sent_by(browser, PageAction("press", key="NumpadEnter")) == "/contact"
    assert await sent_by(browser, PageAction("type", text="x\n")) == "/contact"
    await browser.act(PageAction("press", key="Tab"))
    assert await sent_by(browser, PageAction("press", key="Space")) == ""


async def test_what_is_typed_key_by_key_sends_a_form_as_its_keys_do(browser: Browser) -> None:
    await browser.act(PageAction("type", name="Your name", text="Eve"))
    assert await browser.aim(PageAction("type", text="x")) is None
    assert await sent_by(browser, PageAction("type", text="x\r")) == "/contact"
    assert await sent_by(browser, PageAction("press", key="\r")) == "/contact"
    assert await sent_by(browser, PageAction("type", text="two words")) == "", "a space in a field is a space"
    for _ in ("Secret", "News", "size", "Look it over"):
        await browser.act(PageAction("press", key="Tab"))
    assert await sent_by(browser, PageAction("type", text=" ")) == ""
    await browser.act(PageAction("press", key="Tab"))
    assert await sent_by(browser, PageAction("type", text=" ")) == "/contact", "Send message has the focus"


async def test_typing_at_a_place_is_a_click_there(browser: Browser) -> None:
    seen = {
        (await sent_by(browser, PageAction("type", text="x", x=x, y=y)))
        for x in range(20, 1200, 40)
        for y in range(5, 60, 8)
    }
    assert {"/contact", "https://other.example/save"} <= seen


async def test_what_sends_nothing_says_so(browser: Browser) -> None:
    for name in ("Look it over", "Only a link", "Stands alone", "Next", "Your name"):
        assert await sent_by(browser, PageAction("click", name=name)) == "", name
    assert await browser.aim(PageAction("scroll", dy=9)) is None
    assert await browser.aim(PageAction("type", name="Your name", text="x")) is None
    with pytest.raises(PageFailed):
        await browser.aim(PageAction("click", name="Not there"), timeout_seconds=1)


async def test_a_place_in_a_frame_is_the_button_that_is_there(browser: Browser) -> None:
    frame = await browser.aim(PageAction("click", name="Inner"))
    assert frame and frame.form.endswith("/inner")
    seen = {
        (await browser.aim(PageAction("click", x=x, y=y)) or Aim("", "", "")).words
        for x in range(20, 200, 20)
        for y in range(5, 300, 15)
    }
    assert {"Inner", "Only a link"} <= seen
    assert not any(len(words) > 60 for words in seen), "a page is no button"


async def test_a_form_that_takes_a_card_is_known(browser: Browser) -> None:
    aim = await browser.aim(PageAction("click", name="Next"))
    assert aim and (aim.words, aim.payment) == ("Next", True)
