"""The computer's browser, on sites that are served inside the computer and on the host."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from http.server import ThreadingHTTPServer

import pytest

from sessions_app.computers.base import Browser
from sessions_app.computers.errors import PageFailed
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec, PageAction
from tests.computers.local.conftest import SITE, Quiet
from tests.computers.shell import new_call, run

pytestmark = [pytest.mark.sandbox, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_page_is_opened_and_shown(browser: Browser) -> None:
    view = await browser.open(f"{SITE}/")
    assert (view.url, view.title, view.note) == (f"{SITE}/", "Shop", "")
    assert (view.width, view.height) == (900, 600)
    assert view.screenshot.startswith(b"\xff\xd8\xff")
    assert jpeg_size(view.screenshot) == (900, 600)


def jpeg_size(data: bytes) -> tuple[int, int]:
    start = data.index(b"\xff\xc0")
    return int.from_bytes(data[start + 7 : start + 9]), int.from_bytes(data[start + 5 : start + 7])


async def test_a_page_is_read_as_text_and_outline(browser: Browser) -> None:
    await browser.open(f"{SITE}/")
    page = await browser.read()
    assert "Lamps" in page.text
    assert 'button "Buy"' in page.outline
    assert 'heading "Lamps"' in page.outline


@pytest.mark.parametrize(
    ("action", "title"),
    [
        (PageAction("click", name="Buy"), "Bought"),
        (PageAction("click", name="Buy", role="button"), "Bought"),
        (PageAction("click", name="Second page"), "Second"),
        (PageAction("click", name="In a new tab"), "Second"),
        (PageAction("click", name="Inner"), "Framed"),
        (PageAction("click", name="Late"), "Shop"),
        (PageAction("type", name="Your name", text="Ada", submit=True), "Hello Ada"),
        (PageAction("type", name="Search lamps", text="brass"), "Searching brass"),
        (PageAction("select", name="Colour", value="Green"), "g"),
        (PageAction("scroll", dy=500), "Scrolled"),
        (PageAction("press", key="End"), "Scrolled"),
    ],
)
async def test_an_act_does_what_a_hand_would(browser: Browser, action: PageAction, title: str) -> None:
    await browser.open(f"{SITE}/")
    assert (await browser.act(action)).title == title


async def test_an_act_is_aimed_by_place_too(shop: LocalComputer, browser: Browser) -> None:
    await shop.write_file(
        new_call(),
        "site/place.html",
        b"<body onclick='document.title = event.clientX + \" \" + event.clientY'>",
    )
    await browser.open(f"{SITE}/place.html")
    assert (await browser.act(PageAction("click", x=123, y=45))).title == "123 45"


async def test_what_nobody_may_see_is_typed_as_dots(shop: LocalComputer, browser: Browser) -> None:
    await browser.open(f"{SITE}/index.html")
    await asyncio.sleep(1)  # until the page has drawn all of itself
    plain = PageAction("type", name="Your name", text="pepper-4711")
    secret = replace(plain, secret=True)
    seen = await browser.act(plain)
    assert seen.screenshot != (await browser.act(replace(plain, text="salt-of-123"))).screenshot
    dots = await browser.act(secret)
    assert dots.screenshot != seen.screenshot
    assert dots.screenshot == (await browser.act(replace(secret, text="salt-of-123"))).screenshot
    assert (await browser.act(replace(secret, submit=True))).title == "Hello pepper-4711"


async def test_what_is_not_on_the_page_is_said_with_what_is(browser: Browser) -> None:
    await browser.open(f"{SITE}/")
    with pytest.raises(PageFailed, match=r"no “Sell” on the page.*button .Buy."):
        await browser.act(PageAction("click", name="Sell"), timeout_seconds=1)
    with pytest.raises(PageFailed, match="Red, Green"):
        await browser.act(PageAction("select", name="Colour", value="Blue"))


async def test_a_missing_page_is_shown_with_its_status(browser: Browser) -> None:
    assert "answered 404" in (await browser.open(f"{SITE}/nowhere")).note


async def test_a_dialog_does_not_hold_the_page(browser: Browser) -> None:
    await browser.open(f"{SITE}/")
    view = await browser.act(PageAction("click", name="Ask"))
    assert "How many?" in view.note
    assert "nobody answered" in (await browser.read()).text


async def test_a_download_lands_in_the_workspace(shop: LocalComputer, browser: Browser) -> None:
    await browser.open(f"{SITE}/")
    await browser.act(PageAction("click", name="Report"))
    await asyncio.sleep(0.5)
    assert await shop.read_file("downloads/report.csv") == b"a,b\n1,2\n"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "about:blank",
        "data:text/html,x",
        "javascript:alert(1)",
        "view-source:http://localhost:8000/",
        "chrome://version",
        "FILE:///workspace",
    ],
)
async def test_only_addresses_of_the_web_are_opened(browser: Browser, address: str) -> None:
    with pytest.raises(PageFailed, match="only http and https"):
        await browser.open(address)


async def test_an_address_that_is_not_whole_is_mended_in_words(browser: Browser) -> None:
    for address in ("localhost:8000", "example.org", "//example.org"):
        with pytest.raises(PageFailed, match=r"http://"):
            await browser.open(address)


async def test_a_server_that_is_not_there_is_said(browser: Browser) -> None:
    with pytest.raises(PageFailed, match="ERR_CONNECTION_REFUSED"):
        await browser.open("http://localhost:8999/")


@pytest.mark.parametrize(
    "address", ["http://10.9.8.7/", "https://10.9.8.7/", "http://169.254.169.253.nip.invalid/"]
)
async def test_what_the_network_policy_forbids_is_said(browser: Browser, address: str) -> None:
    with pytest.raises(PageFailed, match=r"network policy|looked up"):
        await browser.open(address)


async def test_a_link_that_the_policy_forbids_is_said(browser: Browser) -> None:
    await browser.open(f"{SITE}/")
    view = await browser.act(PageAction("click", name="Intranet"))
    assert "10.9.8.7 is not a public address" in view.note + (await browser.read()).text


async def test_of_the_host_exactly_the_allowed_port_is_open(
    browser: Browser, shop: LocalComputer, host_site: int
) -> None:
    assert (await browser.open(f"http://127.0.0.1:{host_site}/")).title == "Of the host"
    fetched = await run(shop, f"curl -sS http://localhost:{host_site}/")
    assert "Of the host" in fetched.stdout
    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as other, pytest.raises(PageFailed):
        await browser.open(f"http://127.0.0.1:{other.server_address[1]}/", timeout_seconds=5)


async def test_a_page_that_never_rests_is_given_up(
    browser: Browser, shop: LocalComputer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sessions_app.computers.local.browser.BUSY_SECONDS", 1.0)
    with pytest.raises(PageFailed):
        await browser.open(f"{SITE}/busy.html", timeout_seconds=2)
    monkeypatch.undo()
    assert (await browser.open(f"{SITE}/second.html")).title == "Second"


async def test_another_worker_finds_the_page_open(
    computers: LocalComputers, shop: LocalComputer, browser: Browser
) -> None:
    await browser.open(f"{SITE}/second.html")
    other = await computers.open(shop.computer_id, ComputerSpec(width=900, height=600))
    assert (await (await other.browser()).read()).title == "Second"
    await other.disconnect()
    assert (await browser.read()).title == "Second"


async def test_a_browser_that_died_is_started_again(shop: LocalComputer, browser: Browser) -> None:
    await browser.open(f"{SITE}/")
    await run(shop, "pkill -9 -f remote-debugging-port")
    await asyncio.sleep(0.5)
    assert (await browser.open(f"{SITE}/second.html")).title == "Second"


async def test_cookies_outlive_the_computer(computers: LocalComputers, own_id: str) -> None:
    page = b"<script>document.title = document.cookie; document.cookie = 'seen=yes; max-age=9999'</script>"
    for title in ("", "seen=yes"):
        computer = await computers.open(own_id, ComputerSpec())
        await computer.write_file(new_call(), "index.html", page)
        await run(computer, "cd /workspace && (python3 -m http.server 8000 >/dev/null 2>&1 &)")
        await run(computer, f"curl -sS --retry 30 --retry-connrefused --retry-delay 1 {SITE}/ >/dev/null")
        assert (await (await computer.browser()).open(f"{SITE}/")).title in (title, "localhost:8000")
        await computer.disconnect()
        await computers.stop(own_id)
