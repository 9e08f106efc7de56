"""What an act on a page is aimed at, as the page shows it before anything is done.

The page is asked, and a page can lie: what it shows is what a person would see, and no more is promised.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from playwright.async_api import ElementHandle, Frame, Page

from sessions_app.computers.errors import PageFailed
from sessions_app.computers.results import Aim, FilledIn, PageAction

from . import page as pages

FIELDS = 40
VALUE_CHARACTERS = 500
ENTER_KEYS = ("Enter", "NumpadEnter", "\n", "\r")  # Playwright takes both ends of a line for that key
PRESSING_KEYS = (*ENTER_KEYS, "Space", " ")

AT = """([x, y]) => {
  let found = document.elementFromPoint(x, y);
  while (found?.shadowRoot) {
    const inner = found.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return found;
}"""

FOCUSED = """() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}"""

# A form's own properties can be hidden by fields of their names, so they are asked of its prototypes.
LOOK = """(element, [how, limit]) => {
  const BUTTONS = "button, input[type=submit], input[type=image]";
  const CHOSEN = "[type=button], [type=checkbox], [type=radio], [type=reset], [type=file]";
  const TYPED = `input:not(${CHOSEN}, [type=submit], [type=image])`;
  const PRESSED = "button, a, summary, label, input, select, textarea, [role=button], [role=link]";
  const NOT_SHOWN = ["hidden", "button", "reset"];
  const first = (...texts) => (texts.find(text => text) ?? "").trim().slice(0, limit);
  const submits = e => e.matches(BUTTONS) && (!e.matches("button") || e.type === "submit");
  const words = e => first(e.getAttribute("aria-label"), e.innerText, e.value, e.alt, e.title);
  const named = e => first(e.labels?.[0]?.innerText, e.getAttribute("aria-label"), e.placeholder, e.name);
  const hidden = e => e.type === "password" || /^cc-|one-time-code/.test(e.autocomplete);
  const chosen = e => [...e.selectedOptions].map(option => option.label).join(", ");
  const value = e => hidden(e) ? "" : first(e.matches("select") ? chosen(e) : e.value);

  const pressed = element.closest(PRESSED) ?? element;
  const aimed = (pressed.matches("label") && pressed.control) || pressed;
  const form = aimed.form ?? aimed.closest("form");
  const asked = name => Element.prototype.getAttribute.call(form, name);
  const root = form && Node.prototype.getRootNode.call(form);
  const all = root ? [...root.querySelectorAll(`${BUTTONS}, input, select, textarea`)] : [];
  const held = all.filter(e => e.form === form);
  const entered = how === "enter" && aimed.matches(TYPED);
  const usual = entered && held.find(e => submits(e) && !e.disabled);
  const button = submits(aimed) ? aimed : usual || null;
  const sends = form && (submits(aimed) || entered);
  const ticked = e => !["checkbox", "radio"].includes(e.type) || e.checked;
  const isFilled = e => !e.matches(BUTTONS) && !NOT_SHOWN.includes(e.type) && ticked(e) && e.value;
  // What is no control counts as one while it says little: more is text that happens to lie there.
  const isOneThing = e => e.matches(PRESSED) || words(e).length <= 60;
  const address = sends && (button?.getAttribute("formaction") || asked("action") || document.URL);
  return {
    words: button ? words(button) : aimed.matches(TYPED) || !isOneThing(aimed) ? "" : words(aimed),
    form: sends ? new URL(address, document.baseURI).href : "",
    fields: sends ? held.filter(isFilled).map(e => [named(e), value(e)]) : [],
    payment: held.some(e => /^cc-(number|csc|exp)/.test(e.autocomplete)),
  };
}"""


async def aim(page: Page, action: PageAction, *, timeout_seconds: float) -> Aim | None:
    """None for an act that is aimed at nothing. Raises PageFailed when its aim is not there."""
    how = _how(action)
    if not how:
        return None
    element = await _aimed(page, action, time.monotonic() + timeout_seconds)
    if element is None:
        return None
    seen: dict[str, Any] = await element.evaluate(LOOK, [how, VALUE_CHARACTERS])
    fields = [FilledIn(str(name), str(value)) for name, value in seen["fields"][:FIELDS]]
    return Aim(page.url, str(seen["words"]), str(seen["form"]), fields, bool(seen["payment"]))


def _how(action: PageAction) -> str:
    """`press` as a click does, `enter` as that key does in a field. Empty: it sends nothing."""
    if action.kind == "click":
        return "press"
    if action.kind == "press":
        key = action.key.rpartition("+")[2] or action.key
        return "enter" if key in ENTER_KEYS else "press" if key in PRESSING_KEYS else ""
    if action.kind == "type":
        return _how_typed(action)
    return ""


def _how_typed(action: PageAction) -> str:
    """By its name a field is filled in. Otherwise keys are pressed one by one, after a click where a place
    is given: each may send what has the focus.
    """
    by_keys = not action.name
    if action.submit or (by_keys and any(end in action.text for end in "\n\r")):
        return "enter"
    return "press" if by_keys and (action.x is not None or " " in action.text) else ""


async def _aimed(page: Page, action: PageAction, deadline: float) -> ElementHandle | None:
    if action.kind != "press" and action.name:
        return await pages.find(page, action, deadline)
    if action.kind != "press" and action.x is not None and action.y is not None:
        return await _inmost(page.main_frame, AT, [action.x, action.y])
    return await _inmost(page.main_frame, FOCUSED, None)


async def _inmost(frame: Frame, look: str, place: Sequence[float] | None) -> ElementHandle | None:
    """The element itself, through however many frames. `place` is one of the page."""
    inside = place
    for _ in range(pages.FRAMES):
        found = (await frame.evaluate_handle(look, inside)).as_element()
        inner = await found.content_frame() if found else None
        if found is None or inner is None:
            return found
        if place is not None:
            box, border = await found.bounding_box(), await found.evaluate("e => [e.clientLeft, e.clientTop]")
            left, top = (box["x"] + border[0], box["y"] + border[1]) if box else border
            inside = [place[0] - left, place[1] - top]
        frame = inner
    raise PageFailed("The page has too many frames in one another.")
