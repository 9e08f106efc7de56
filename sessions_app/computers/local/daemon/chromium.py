"""The computer's browser: one Chromium with its own sandbox on, its profile in the agent's home."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from pathlib import Path

from ..wire import Fault
from .children import Child, Children, Streams, signal_group
from .confine import landlock_version

# Debian's wrapper script reads settings that a computer does not have: the program itself comes first.
BINARIES = (
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/lib/chromium/chromium",
    "/usr/lib64/chromium-browser/headless_shell",
    "/usr/lib64/chromium-browser/chromium-browser",
)
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
SEARCHED = "/usr/local/bin:/usr/bin"
PROFILE = Path("/home/agent/.config/browser")
START_SECONDS = 30.0
STOP_SECONDS = 2.0
ENDPOINT = re.compile(rb"DevTools listening on ws://127\.0\.0\.1:(\d+)(/devtools/\S+)")
WINDOWLESS = ("--headless",)
ON_SCREEN = ("--ozone-platform=x11", "--start-maximized", "--hide-crash-restore-bubble")
FLAGS = """
    --disable-gpu --disable-quic --no-first-run --no-default-browser-check
    --disable-background-networking --disable-component-update --disable-sync --disable-breakpad
    --disable-client-side-phishing-detection --disable-default-apps --disable-search-engine-choice-screen
    --disable-features=Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider
    --metrics-recording-only --password-store=basic --use-mock-keychain --force-color-profile=srgb
    --proxy-server=http://127.0.0.1:3128 --proxy-bypass-list=localhost;127.0.0.1;[::1]
    --remote-debugging-port=0
""".split()


def find_browser(*, headless: bool = True) -> str | None:
    """The program to run, outside and inside the sandbox alike, since both see the same /usr."""
    for path in BINARIES:
        if os.access(path, os.X_OK) and (headless or "headless" not in path):
            return path
    named = (shutil.which(name, path=SEARCHED) for name in NAMES if headless or "headless" not in name)
    return next(filter(None, named), None)


class Chromium:
    def __init__(self, children: Children, *, width: int, height: int, headless: bool) -> None:
        self._children = children
        self._headless = headless
        self._size = f"--window-size={width},{height}"
        self._child: Child | None = None
        self._endpoint: tuple[int, str] | None = None
        self._starting = asyncio.Lock()

    async def endpoint_if_running(self) -> tuple[int, str] | None:
        running = self._child is not None and not self._child.exited.done()
        return self._endpoint if running else None

    async def endpoint(self) -> tuple[int, str]:
        """The DevTools port and path; starts the browser when it does not run."""
        async with self._starting:
            if self._endpoint is None or self._child is None or self._child.exited.done():
                self._endpoint = await self._start()
            return self._endpoint

    async def new_window(self) -> None:
        """What a person or an agent gets who opens the browser on the desktop."""
        if self._child is None or self._child.exited.done():
            await self.endpoint()
        else:  # a second one finds the first by their profile, asks it for a window and ends
            self._children.start(self._argv("about:blank"), streams=Streams(), confined=False)

    def _argv(self, url: str) -> list[str]:
        binary = find_browser(headless=self._headless)
        if binary is None:
            raise Fault("ComputerUnavailable", "No Chromium is installed on this machine.")
        shown = WINDOWLESS if self._headless else ON_SCREEN
        return [binary, *shown, *FLAGS, self._size, f"--user-data-dir={PROFILE}", url]

    async def _start(self) -> tuple[int, str]:
        argv = self._argv("about:blank")
        if landlock_version() < 1:
            raise Fault("ComputerUnavailable", "This kernel has no Landlock, so the browser stays off.")
        PROFILE.mkdir(parents=True, exist_ok=True)
        for left in PROFILE.glob("Singleton*"):  # of an earlier start, whose process ids mean others now
            left.unlink()
        output, output_end = os.pipe()
        try:
            self._child = self._children.start(argv, streams=Streams(stderr=output_end), confined=False)
        except OSError as error:
            os.close(output)
            raise Fault("ComputerUnavailable", f"The browser did not start: {error.strerror}.") from error
        finally:
            os.close(output_end)
        return await _announced(output)

    async def stop(self) -> None:
        """Let it write its cookies first."""
        if self._child is not None and not self._child.exited.done():
            os.kill(self._child.pid, signal.SIGTERM)
            await asyncio.wait([self._child.exited], timeout=STOP_SECONDS)
            signal_group(self._child, signal.SIGKILL)


async def _announced(output: int) -> tuple[int, str]:
    """Read what Chromium says until it names its DevTools address; go on reading so that it never blocks."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[tuple[int, str]] = loop.create_future()
    said = bytearray()
    os.set_blocking(output, False)

    def read() -> None:
        try:
            data = os.read(output, 64 * 1024)
        except BlockingIOError:
            return
        if not data:
            loop.remove_reader(output)
            os.close(output)
        if found.done():
            return
        said.extend(data)
        if match := ENDPOINT.search(said):
            found.set_result((int(match[1]), match[2].decode()))
        elif not data:
            words = bytes(said[-500:]).decode(errors="replace").strip()
            found.set_exception(Fault("ComputerUnavailable", f"The browser did not start: {words}"))

    loop.add_reader(output, read)
    try:
        return await asyncio.wait_for(found, START_SECONDS)
    except TimeoutError:
        raise Fault("ComputerUnavailable", "The browser did not start in time.") from None
