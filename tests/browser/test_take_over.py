"""A person takes the mouse and keyboard of an agent's computer, logs in where it cannot, and hands back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.agents.model_server.script import Calls, Reply, Says
from tests.agents.model_server.server import ModelServer, serving
from tests.driving import badge, dispatch
from tests.serving import Server, served

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

SITE = '''
import http.server, urllib.parse
PAGE = """<!doctype html><title>Sign in</title><style>body {{ margin: 0 }}
input {{ position: absolute; left: 20px; width: 300px; height: 40px }}</style>{0}"""
FORM = """<form method=post><input name=user style="top: 20px">
<input name=word type=password style="top: 80px">
<input type=submit value="Sign in" style="top: 140px"></form>"""
class Site(http.server.BaseHTTPRequestHandler):
    def answer(self, text, *headers):
        self.send_response(200)
        for header in headers:
            self.send_header(*header)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.format(text).encode())
    def do_GET(self):
        inside = "key=maya" in (self.headers["Cookie"] or "")
        self.answer("<h1>The figures are 12 and 30</h1>" if inside else FORM)
    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        right = form.get("word", [""])[0][::-1] == "drowssäp"
        self.answer("<h1>Welcome</h1>" if right else FORM, *[("Set-Cookie", "key=maya")] * right)
    def log_message(self, *_): ...
http.server.ThreadingHTTPServer(("", 8000), Site).serve_forever()
'''
ASKED = {"question": "Please sign in for me.", "kind": "take_over"}
SCRIPT: list[Reply] = [
    Calls(("write_file", {"path": "site.py", "text": SITE})),
    Calls(("bash", {"command": "(python3 site.py >/dev/null 2>&1 &); sleep 1"})),
    Calls(("open_page", {"url": "http://localhost:8000/"})),
    Calls(("ask_user", ASKED)),
    Calls(("open_page", {"url": "http://localhost:8000/figures"})),
    Says("The figures are in."),
]


@pytest.fixture
def model(request: pytest.FixtureRequest) -> Iterator[ModelServer]:
    with serving(getattr(request, "param", SCRIPT), models=[{"id": "scripted", "object": "model"}]) as model:
        yield model


@pytest.fixture
def server(tmp_path: Path, model: ModelServer) -> Iterator[Server]:
    with (
        served(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=model.base_url) as running,
    ):
        running.wait_for("SELECT 1 FROM sessions_app_languagemodel WHERE name = 'openai:scripted'")
        yield running


async def think_with_the_script(page: Page, server: Server, computer: str = "Browser") -> None:
    await page.goto(f"{server.origin}/agents/researcher/settings/")
    await page.get_by_label("Model", exact=True).select_option("openai:scripted")
    await page.get_by_label("Computer", exact=True).select_option(computer)
    await page.get_by_role("button", name="Save agent").click()
    await page.wait_for_url("**/agents/researcher/")


async def test_a_person_signs_in_for_the_agent_which_goes_on_behind_the_login(
    page: Page, server: Server, model: ModelServer
) -> None:
    await think_with_the_script(page, server)
    await dispatch(page, server, "researcher", "Tell me the figures.")
    await expect(badge(page)).to_have_text("Needs input", timeout=30_000)
    await page.get_by_role("link", name="Open the computer").click()
    await expect(page.locator("#screen")).to_have_attribute("data-state", "live", timeout=15_000)
    await expect(page.locator("#control")).to_contain_text("Please sign in for me.")
    await expect(page.locator("#screen-address")).to_contain_text("localhost:8000")

    canvas = page.locator("#screen-canvas")
    await page.get_by_role("button", name="Take control").click()
    await expect(page.locator("#control")).to_contain_text("You have control.")
    await expect(page.locator("#screen")).to_have_attribute("data-mine", "")
    await click_at(page, 100, 40)
    await canvas.press_sequentially("maya")
    await canvas.press("Tab")
    await page.get_by_label("Text to type into the computer").fill("pässword")
    await page.get_by_role("button", name="Type it").click()
    await click_at(page, 100, 160)
    await expect(page.locator("#steps")).to_contain_text("owner clicked at")

    await page.get_by_label("Note to the agent").fill("Signed in as maya.")
    await page.get_by_role("button", name="Hand back").click()
    await expect(page.locator("#steps .say").last).to_contain_text("The figures are in.", timeout=30_000)
    await expect(badge(page)).to_have_text("Done")
    seen = str(model.requests[-1]["messages"])
    assert "The figures are 12 and 30" in seen
    assert "Signed in as maya." in seen
    assert "pässword" not in seen
    steps = page.locator("#steps")
    await expect(steps).to_contain_text("owner typed on the computer.")
    await expect(steps).to_contain_text("“Signed in as maya.”")
    assert "pässword" not in await page.content()
    assert "pässword" not in server.log()


DESKTOP_SCRIPT: list[Reply] = [
    Calls(("bash", {"command": "(xterm -geometry 80x24+0+0 >/dev/null 2>&1 &); sleep 1"})),
    Calls(("ask_user", {"question": "Type it for me.", "kind": "take_over"})),
    Calls(("bash", {"command": "cat by-hand"})),
    Says("Seen."),
]


@pytest.mark.parametrize("model", [DESKTOP_SCRIPT], indirect=True)
async def test_a_person_works_on_the_desktop_of_the_agent(
    page: Page, server: Server, model: ModelServer
) -> None:
    await think_with_the_script(page, server, computer="Desktop")
    await dispatch(page, server, "researcher", "Write it.")
    await expect(badge(page)).to_have_text("Needs input", timeout=30_000)
    await page.get_by_role("link", name="Open the computer").click()
    screen = page.locator(".vnc canvas")
    await expect(screen).to_be_visible(timeout=15_000)
    await page.get_by_role("button", name="Take control").click()
    await expect(page.locator("#screen")).to_have_attribute("data-mine", "")
    await expect(screen).to_be_visible(timeout=15_000)
    await page.wait_for_timeout(1000)
    await screen.click(position={"x": 100, "y": 60})
    await page.wait_for_timeout(1000)  # a window takes a moment to get the focus
    await page.keyboard.type("echo by a person > by-hand\n")
    await expect(page.locator("#steps")).to_contain_text("owner pressed Enter.")
    await page.keyboard.press("Control+Alt+h")
    await expect(badge(page)).to_have_text("Done", timeout=30_000)
    assert "by a person" in str(model.requests[-1]["messages"][-1])


async def click_at(page: Page, x: int, y: int) -> None:
    """On the page that the computer shows, in its own pixels."""
    canvas = page.locator("#screen-canvas")
    box = await canvas.bounding_box()
    assert box
    scale = box["width"] / 1280
    await canvas.click(position={"x": x * scale, "y": y * scale})
