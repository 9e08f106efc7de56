"""What a page says of the hosts that its computer may not reach."""

from __future__ import annotations

import pytest

from sessions_app.computers.errors import PageFailed
from sessions_app.computers.local.computer import LocalComputer
from tests.computers.shell import new_call, run

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

SITE = "http://localhost:8010"
PARTS = (
    "<title>Parts</title><img src='http://cdn.example/a.png'><script src='https://js.example/b.js'></script>"
)
AWAY = "<title>Away</title><script>location = 'http://elsewhere.example/'</script>"


async def test_what_a_page_lacks_because_it_may_not_be_reached_is_said(computer: LocalComputer) -> None:
    for name, page in {"parts": PARTS, "away": AWAY, "whole": "<title>Whole</title>"}.items():
        await computer.write_file(new_call(), f"site/{name}.html", page.encode())
    await run(computer, "cd /workspace/site && (python3 -m http.server 8010 >/dev/null 2>&1 &)")
    await run(computer, f"curl -sS --retry 30 --retry-connrefused --retry-delay 1 {SITE}/ >/dev/null")
    await computer.allow_hosts([])
    browser = await computer.browser()
    view = await browser.open(f"{SITE}/parts.html")
    assert (view.title, view.url) == ("Parts", f"{SITE}/parts.html")
    assert view.note.startswith("Not loaded, as it may not be reached: ")
    assert "cdn.example" in view.note and "js.example" in view.note
    with pytest.raises(PageFailed, match=r"elsewhere\.example is not among the hosts"):
        await browser.open("http://elsewhere.example/")
    assert (await browser.open(f"{SITE}/whole.html")).note == ""
    assert "elsewhere.example" in (await browser.open(f"{SITE}/away.html")).note
