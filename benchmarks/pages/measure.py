"""What the first page costs a browser that has never been here: requests and bytes over the wire.

    .venv/bin/python -m benchmarks.pages.measure

Bytes are those of the bodies as the server sent them, before any compression by a proxy in front of it.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Response

from tests.driving import DESKTOP, launched, sign_in
from tests.serving import served


async def main() -> None:
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as server:
        async with launched() as browser:
            page = await (await browser.new_context(viewport=DESKTOP)).new_page()
            await sign_in(page, server)
            cookies = await page.context.storage_state()
            fresh = await (await browser.new_context(viewport=DESKTOP, storage_state=cookies)).new_page()
            answers: list[Response] = []
            fresh.on("response", lambda answer: answers.append(answer))
            await fresh.goto(f"{server.origin}/sessions/", wait_until="networkidle")
            sizes = {answer.url.partition("?")[0]: len(await answer.body()) for answer in answers}
    for url, size in sizes.items():
        print(f"{size / 1024:8.1f} KB  {url.partition('/')[2].partition('/')[2].partition('/')[2]}")
    print(f"{sum(sizes.values()) / 1024:8.1f} KB in {len(sizes)} requests")


if __name__ == "__main__":
    asyncio.run(main())
