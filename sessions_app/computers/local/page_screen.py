"""The screen of a computer of kind browser: its current tab, by pixels."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Mouse, Page

from sessions_app.computers import actions, base
from sessions_app.computers.errors import PageFailed
from sessions_app.computers.results import Display

from . import page as pages
from .browser import LocalBrowser
from .keys import key_name
from .refusals import ActRefused, no_key, refuse_beyond
from .tabs import Tabs, first_line

CONTEXT = """() => {
  const page = document.documentElement;
  return [page.scrollWidth, page.scrollHeight, Math.round(scrollX), Math.round(scrollY), devicePixelRatio];
}"""
SHOT_MILLISECONDS = 10_000
DRAG_STEPS = 12


@dataclass(frozen=True)
class PageScreen(base.Screen):
    tabs: Tabs
    browser: LocalBrowser

    async def look(self, *, quality: int | None = 80) -> actions.Picture:
        page = await self.tabs.current()
        kind: Literal["jpeg", "png"] = "png" if quality is None else "jpeg"
        data = await page.screenshot(type=kind, quality=quality, scale="css", timeout=SHOT_MILLISECONDS)
        size = self.tabs.display
        return actions.Picture(
            data, size.width, size.height, "image/png" if quality is None else "image/jpeg"
        )

    async def act(self, action: actions.Action) -> actions.ActionResult:
        async with self.tabs.acting:
            try:
                result = await self._do(action)
                context = await self._context()
            except (ActRefused, PageFailed) as error:
                return actions.ActionResult("EXECUTION_ERROR", str(error))
            except PlaywrightError as error:
                return actions.ActionResult(
                    "EXECUTION_ERROR", f"That did not work on this page: {first_line(error)}"
                )
        return actions.ActionResult(result=result, page_context=context, note=self.tabs.take_notes())

    async def _do(self, action: actions.Action) -> dict[str, Any]:
        match action:
            case actions.Screenshot():
                return {"screenshot": await self.look()}
            case actions.Wait(ms):
                await asyncio.sleep(min(max(ms, 0), actions.WAIT_MILLISECONDS) / 1000)
            case actions.GoToUrl(url):
                await self.browser.open(url)
            case actions.SetViewport():
                await self._resize(action)
            case actions.ListTabs():
                return {"tabs": await self.tabs.listed()}
            case actions.NewTab(url):
                return await self._new_tab(url)
            case actions.SwitchTab(tab_id):
                await self.tabs.switch(tab_id)
                return {"tabs": await self.tabs.listed()}
            case actions.CloseTab(tab_id):
                await self.tabs.close_tab(tab_id)
                return {"tabs": await self.tabs.listed()}
            case _:
                await self._press(action)
        return {}

    async def _press(self, action: actions.Action) -> None:
        page = await self.tabs.current()
        refuse_beyond(self.tabs.display, action)
        settling = pages.Settling(page)
        await _with_the_mouse(page.mouse, action)
        await _with_the_keyboard(page, action)
        await settling.settle()

    async def _resize(self, wanted: actions.SetViewport) -> None:
        least, most = actions.VIEWPORT_PIXELS
        if not (least <= wanted.width <= most and least <= wanted.height <= most):
            raise ActRefused(f"A viewport has from {least} to {most} pixels either way.")
        await self.tabs.resize(Display(wanted.width, wanted.height))

    async def _new_tab(self, url: str) -> dict[str, Any]:
        tab_id = await self.tabs.open_tab()
        if url:
            await self.browser.open(url)
        return {"created_tab_id": tab_id, "tabs": await self.tabs.listed()}

    async def _context(self) -> actions.PageContext:
        page = await self.tabs.current()
        size = self.tabs.display
        page_width, page_height, scroll_x, scroll_y, factor = await page.evaluate(CONTEXT)
        return actions.PageContext(
            tab_id=await self.tabs.id_of(page),
            url=page.url,
            title=await page.title(),
            is_main_tab=True,
            viewport_width=size.width,
            viewport_height=size.height,
            page_width=page_width,
            page_height=page_height,
            scroll_x=scroll_x,
            scroll_y=scroll_y,
            device_scale_factor=factor,
        )


async def _with_the_mouse(mouse: Mouse, action: actions.Action) -> None:
    match action:
        case actions.Click(x, y, button):
            await mouse.click(x, y, button=button)
        case actions.DoubleClick(x, y):
            await mouse.dblclick(x, y)
        case actions.RightClick(x, y):
            await mouse.click(x, y, button="right")
        case actions.MouseDown(x, y):
            await mouse.move(x, y)
            await mouse.down()
        case actions.MouseUp(x, y):
            await mouse.move(x, y)
            await mouse.up()
        case actions.Drag(x1, y1, x2, y2):
            await mouse.move(x1, y1)
            await mouse.down()
            await mouse.move(x2, y2, steps=DRAG_STEPS)
            await mouse.up()
        case actions.Scroll(x, y, dx, dy):
            await mouse.move(x, y)
            await mouse.wheel(dx, dy)


async def _with_the_keyboard(page: Page, action: actions.Action) -> None:
    match action:
        case actions.Type(text):
            await page.keyboard.type(text[: actions.TYPED_CHARACTERS])
        case actions.KeyPress(keys):
            await page.keyboard.press("+".join(_known(key) for key in keys))
        case actions.KeyDown(key):
            await page.keyboard.down(_known(key))
        case actions.KeyUp(key):
            await page.keyboard.up(_known(key))


def _known(key: str) -> str:
    if (name := key_name(key)) is None:
        raise no_key(key)
    return name
