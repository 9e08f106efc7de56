"""A local desktop keeps the promise that every computer makes, and has a screen."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from sessions_app.computers import actions
from sessions_app.computers.base import Computer, Screen
from sessions_app.computers.local.computer import LocalComputer
from sessions_app.computers.results import ComputerSpec, Display

from .contract import CommandContract, LifeContract
from .file_contract import FileContract
from .shell import new_call, run

pytestmark = pytest.mark.sandbox
UNICODE = "äöüß € 漢字 🛒 ~{}[]|\\@"


@pytest.fixture(scope="module")
def spec() -> ComputerSpec:
    return ComputerSpec(kind="desktop", width=1024, height=640)


class TestCommands(CommandContract): ...


class TestFiles(FileContract): ...


class TestLife(LifeContract): ...


@pytest.fixture
async def screen(computer: LocalComputer) -> AsyncIterator[Screen]:
    """A desktop with nothing open on it."""
    yield await computer.screen()
    await run(computer, "pkill -x mousepad; pkill -x xterm; true")


async def eventually(computer: Computer, command: str) -> str:
    """What the command says once it succeeds, within ten seconds."""
    for _ in range(50):
        if (ran := await run(computer, command)).exit_code == 0:
            return ran.stdout
        await asyncio.sleep(0.2)
    raise AssertionError(f"{command} never succeeded")


async def test_it_shows_what_it_was_asked_to_be(computer: LocalComputer, screen: Screen) -> None:
    assert (computer.kind, computer.display) == ("desktop", Display(1024, 640))
    seen = await screen.look()
    assert Image.open(io.BytesIO(seen.data)).size == (seen.width, seen.height) == (1024, 640)
    assert (await screen.look(quality=None)).data.startswith(b"\x89PNG")


async def test_the_panel_opens_an_editor_into_which_everything_is_typed_exactly(
    computer: LocalComputer, screen: Screen
) -> None:
    await run(computer, "rm -f /workspace/typed.txt")
    await screen.act(actions.Click(*await editor_button(screen)))
    await white_at(screen, 512, 400)
    await screen.act(actions.Type(f"{UNICODE}\nsecond\tline"))
    before = await screen.look(quality=None)
    await screen.act(actions.KeyPress(("ctrl", "s")))
    while (await screen.look(quality=None)).data == before.data:  # noqa: ASYNC110 (a screen rings no bell)
        await asyncio.sleep(0.2)
    await asyncio.sleep(1)  # until the dialog takes keys
    await screen.act(actions.KeyPress(("Control", "a")))
    await screen.act(actions.Type("/workspace/typed.txt"))
    await asyncio.sleep(1)  # until the dialog has looked for files of that name
    await screen.act(actions.KeyPress(("Enter",)))
    written = await eventually(computer, "cat /workspace/typed.txt")
    assert written == f"{UNICODE}\nsecond\tline"


async def white_at(screen: Screen, x: int, y: int) -> None:
    """Until a window has opened there and been drawn."""
    async with asyncio.timeout(15):
        while True:
            seen = Image.open(io.BytesIO((await screen.look(quality=None)).data)).convert("RGB")
            if seen.getpixel((x, y)) == (255, 255, 255):
                await asyncio.sleep(0.5)  # and has the focus
                return
            await asyncio.sleep(0.2)


async def editor_button(screen: Screen) -> tuple[int, int]:
    """The last of the four programs in the panel, once it is drawn."""
    for _ in range(50):
        seen = await screen.look(quality=None)
        panel = Image.open(io.BytesIO(seen.data)).crop((0, 610, 130, 638)).convert("RGB")
        if len(panel.getcolors(10_000) or ()) > 20:
            return 110, 622
        await asyncio.sleep(0.1)
    raise AssertionError("The panel did not come up.")


async def test_mouse_and_wheel_act_in_a_terminal(computer: LocalComputer, screen: Screen) -> None:
    await run(computer, "(xterm -geometry 60x20+100+100 -e 'read line; echo $line > /workspace/line' &) ")
    await white_at(screen, 300, 200)
    await screen.act(actions.Click(300, 200))
    await screen.act(actions.Scroll(300, 200, dy=80))
    await screen.act(actions.Type("by hand\n"))
    assert await eventually(computer, "cat /workspace/line") == "by hand\n"


async def test_a_window_is_dragged(computer: LocalComputer, screen: Screen) -> None:
    await run(computer, "(xterm -title drag -geometry 40x8+100+100 &)")
    await white_at(screen, 200, 150)
    before = await screen.look(quality=None)
    await screen.act(actions.Drag(200, 90, 500, 290))
    assert (await screen.look(quality=None)).data != before.data


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (actions.Click(1024, 3), "1024, 3 is not on the screen, which has 1024 by 640 pixels."),
        (actions.KeyPress(("Hyper",)), "“Hyper” is no key."),
        (actions.GoToUrl("http://localhost/"), "A desktop has no tabs or addresses of its own"),
    ],
)
async def test_what_is_not_possible_says_why(screen: Screen, act: actions.Action, words: str) -> None:
    result = await screen.act(act)
    assert (result.status, words in result.error_message) == ("EXECUTION_ERROR", True)


async def test_a_screen_that_was_killed_is_started_again_and_says_so(
    computer: LocalComputer, screen: Screen
) -> None:
    await run(computer, "pkill -KILL Xvnc")
    await asyncio.sleep(0.2)
    result = await screen.act(actions.Screenshot())
    if result.status == "EXECUTION_ERROR":  # it was not known to be gone yet
        result = await screen.act(actions.Screenshot())
    assert "was started again" in result.note
    assert (await screen.look()).width == 1024


@pytest.mark.browser
async def test_its_browser_shows_on_the_screen(computer: LocalComputer, screen: Screen) -> None:
    page = b"<title>Green</title><body style='background: #00ff00'>"
    await computer.write_file(new_call(), "page/index.html", page)
    await run(computer, "cd /workspace/page && (python3 -m http.server 8000 >/dev/null 2>&1 &) && cd -")
    await run(computer, "curl -sS --retry 30 --retry-connrefused --retry-delay 1 http://localhost:8000/")
    browser = await computer.browser()
    assert (await browser.open("http://localhost:8000/")).title == "Green"
    await asyncio.sleep(1)
    seen = Image.open(io.BytesIO((await screen.look(quality=None)).data)).convert("RGB")
    assert seen.getpixel((500, 400)) == (0, 255, 0)
