"""A person looks through the files of an agent's computer, and drops one of their own there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_accessibility import violations
from tests.driving import PHONE, dispatch
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.sandbox]

MAKE = (
    "run `mkdir -p src/deep .hidden; echo 'print(1)' > src/deep/app.py; printf 'a,b\\n1,2\\n' > table.csv; "
    "echo '<h1>Figures</h1><script>document.title = 1</script>' > 'page.html'; ln -s /etc/passwd passwd; "
    "touch \"$(printf 'turned\\342\\200\\256gnp.exe')\"`"
)
DROP = """text => {
  const files = new DataTransfer()
  files.items.add(new File([text], 'orders.csv', { type: 'text/csv' }))
  for (const kind of ['dragenter', 'dragover', 'drop'])
    document.getElementById('files').dispatchEvent(
      new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }))
}"""


async def test_the_files_of_a_computer_are_looked_through_and_added_to(
    page: Page, server: Server, tmp_path: Path
) -> None:
    session = await dispatch(page, server, "researcher", MAKE)
    server.wait_for("SELECT 1 FROM sessions_app_task WHERE status = 'completed'")
    await page.goto(f"{session}computer/")
    await page.get_by_role("navigation", name="Computer").get_by_role("link", name="Files").click()
    tree = page.locator(".branch").first
    await expect(tree).to_contain_text("passwd is a link to /etc/passwd")
    await tree.locator("summary", has_text="src").click()
    await tree.locator("summary", has_text="deep").press("Enter")
    await tree.get_by_role("link", name="app.py", exact=True).click()
    await expect(page.locator(".looked-at pre")).to_contain_text("print(1)")
    await page.get_by_role("navigation", name="Folder").get_by_role("link", name="src").click()
    await expect(page.locator(".branch").first).to_contain_text("deep")

    await page.evaluate(f"size => ({DROP})('x'.repeat(size))", 100 * 2**20 + 1)
    await expect(page.locator("#upload-hint")).to_contain_text("orders.csv is larger than 100 MB")
    await page.evaluate(DROP, "1,2")
    await expect(page.locator(".toast")).to_have_text("src/orders.csv is in the computer.")
    await expect(page).to_have_url(re.compile(r"\?path=src$"))
    await page.get_by_label("Files to put into this folder").set_input_files(
        {"name": "orders.csv", "mimeType": "text/csv", "buffer": b"3,4"}
    )
    await page.get_by_role("button", name="Upload").click()
    await expect(page.locator(".toast")).to_have_text("src/orders-2.csv is in the computer.")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Download orders-2.csv").click()
    saved = tmp_path / "saved"
    await (await downloading.value).save_as(saved)
    assert saved.read_bytes() == b"3,4"

    await page.goto(session)
    await page.get_by_role("textbox", name="Message").fill("run `cat src/orders.csv src/orders-2.csv`")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#steps")).to_contain_text("1,23,4", timeout=20_000)
    await expect(page.get_by_text("Finished at")).to_have_count(2)
    assert await page.get_by_text("Wrote src/orders").count() == 0  # that was the person


async def test_axe_finds_nothing_and_nothing_is_cut_on_a_phone(page: Page, server: Server) -> None:
    session = await dispatch(page, server, "researcher", MAKE)
    server.wait_for("SELECT 1 FROM sessions_app_task WHERE status = 'completed'")
    files = f"{session}computer/files/"
    for address in (files, f"{files}file/?path=table.csv", f"{files}file/?path=page.html"):
        assert await violations(page, address) == []
    await page.set_viewport_size(PHONE)
    await page.goto(files)
    await expect(page.locator(".branch").first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.title() != "1"
