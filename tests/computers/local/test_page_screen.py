"""The screen of a computer of kind browser: acting by pixels, and tabs."""

from __future__ import annotations

import pytest
import pytest_asyncio

from sessions_app.computers import actions
from sessions_app.computers.base import Screen
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.results import Display
from tests.computers.local.conftest import SITE
from tests.computers.shell import new_call

pytestmark = [pytest.mark.sandbox, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PAD = """<!doctype html><title>Pad</title><style>body { margin: 0 } textarea { width: 400px; height: 100px }
#field { position: absolute; top: 200px; left: 0; width: 300px; height: 200px; background: silver }</style>
<textarea></textarea><div id=field></div><script>
const told = []
const tell = word => document.title = (told.push(word), told.join(' '))
for (const kind of ['click', 'dblclick', 'contextmenu'])
  field.addEventListener(kind, e => tell(`${kind}@${e.x},${e.y}`))
field.onmousedown = down => addEventListener(
  'mouseup', up => up.x - down.x > 50 && tell(`drag${up.x - down.x}`), {once: true})
field.addEventListener('wheel', e => tell(`wheel${e.deltaY}`))
</script>"""


@pytest_asyncio.fixture(loop_scope="module")
async def pad(shop: LocalComputer) -> Screen:
    await shop.write_file(new_call(), "site/pad.html", PAD.encode())
    screen = await shop.screen()
    opened = await screen.act(actions.GoToUrl(f"{SITE}/pad.html"))
    assert (opened.status, opened.error_message) == ("SUCCESS", "")
    return screen


async def title(screen: Screen) -> str:
    context = (await screen.act(actions.Wait(0))).page_context
    assert context is not None
    return context.title


async def test_the_mouse_acts_where_it_points(pad: Screen) -> None:
    await pad.act(actions.Click(10, 210))
    await pad.act(actions.RightClick(30, 230))
    await pad.act(actions.Drag(20, 220, 120, 220))
    await pad.act(actions.Scroll(40, 240, dy=120))
    told = await title(pad)
    assert "click@10,210" in told
    assert "contextmenu@30,230" in told
    assert "drag100" in told
    assert "wheel120" in told
    await pad.act(actions.DoubleClick(20, 220))
    assert "dblclick@20,220" in await title(pad)


async def test_what_is_typed_arrives_exactly(pad: Screen, shop: LocalComputer) -> None:
    await pad.act(actions.Click(50, 50))
    await pad.act(actions.Type("äöüß € 漢字 🛒"))
    await pad.act(actions.KeyPress(("ctrl", "a")))
    await pad.act(actions.KeyPress(("Control", "c")))
    await pad.act(actions.KeyPress(("End",)))
    await pad.act(actions.KeyPress(("Control", "v")))
    page = await (await shop.browser()).read()
    assert "äöüß € 漢字 🛒äöüß € 漢字 🛒" in page.outline


async def test_a_picture_has_the_size_of_the_display(pad: Screen) -> None:
    seen = await pad.look()
    assert (seen.width, seen.height, seen.media_type) == (900, 600, "image/jpeg")
    assert seen.data.startswith(b"\xff\xd8\xff")
    exact = await pad.look(quality=None)
    assert (exact.media_type, exact.data[:4]) == ("image/png", b"\x89PNG")


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (actions.Click(900, 10), "900, 10 is not on the screen, which has 900 by 600 pixels."),
        (actions.KeyPress(("Hyper",)), "“Hyper” is no key."),
        (actions.SetViewport(10, 10), "A viewport has from 320 to 2560 pixels either way."),
        (actions.GoToUrl("file:///etc/passwd"), "An address with “file:” is not opened here"),
        (actions.SwitchTab("none"), "There is no tab “none”."),
    ],
)
async def test_what_is_not_possible_says_why(pad: Screen, act: actions.Action, words: str) -> None:
    result = await pad.act(act)
    assert result.status == "EXECUTION_ERROR"
    assert words in result.error_message


async def test_a_viewport_is_as_asked(pad: Screen, shop: LocalComputer) -> None:
    result = await pad.act(actions.SetViewport(1024, 700))
    assert result.page_context is not None
    assert (result.page_context.viewport_width, shop.display) == (1024, Display(1024, 700))
    assert (await pad.look()).width == 1024
    await pad.act(actions.SetViewport(900, 600))


async def test_there_are_five_tabs_at_most_and_one_at_least(pad: Screen) -> None:
    opened = await pad.act(actions.NewTab(f"{SITE}/second.html"))
    assert [tab.title for tab in opened.result["tabs"] if tab.is_main] == ["Second"]
    while len((await pad.act(actions.ListTabs())).result["tabs"]) < actions.MAX_TABS:
        await pad.act(actions.NewTab())
    sixth = await pad.act(actions.NewTab())
    assert sixth.error_message == "There are 5 tabs, the most that can be open. Close one first."
    tabs = (await pad.act(actions.ListTabs())).result["tabs"]
    await pad.act(actions.SwitchTab(tabs[0].tab_id))
    for tab in tabs[1:]:
        await pad.act(actions.CloseTab(tab.tab_id))
    last = await pad.act(actions.CloseTab(tabs[0].tab_id))
    assert last.error_message == "The last tab cannot be closed."
