"""What an agent may ask of a computer: the promise that every kind keeps.

Faults are in `errors`, answers in `results`.

A call id names one tool call for ever. Whatever changes the computer takes one: asked again with the same id
in the same boot, the computer answers with the first result and does nothing twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import BinaryIO, Protocol

from .actions import Action, ActionResult, Picture
from .results import (
    Aim,
    Changes,
    CommandEnded,
    ComputerKind,
    ComputerSpec,
    Display,
    FoundFile,
    Output,
    PageAction,
    PageText,
    PageView,
    Probe,
)

WORKSPACE = "/workspace"

OUTPUT_HEAD_BYTES = 64 * 1024
OUTPUT_TAIL_BYTES = 1024 * 1024
READ_LIMIT_BYTES = 10 * 1024 * 1024
WRITE_LIMIT_BYTES = 10 * 1024 * 1024


class Browser(Protocol):
    """The computer's browser. One page is current; a page that opens another makes that one current."""

    async def open(self, url: str, *, timeout_seconds: float = 30) -> PageView:
        """Open an http or https address and wait until it has loaded.

        Raises PageFailed when it is no such address, the network policy forbids it, or it does not load.
        A page that answers 404 or 500 is no fault: `note` says so.
        """

    async def aim(self, action: PageAction, *, timeout_seconds: float = 10) -> Aim | None:
        """What an act would press and send, without doing it. None when it is aimed at nothing.

        Raises PageFailed when its aim is not there. What scripts of the page do besides is not told.
        """

    async def act(self, action: PageAction, *, timeout_seconds: float = 10) -> PageView:
        """Do one thing on the page and wait until it settles. Raises PageFailed when its aim is not found."""

    async def read(self) -> PageText:
        """The open page as text. Raises PageFailed when no page is open."""


class Screen(Protocol):
    """What a computer shows, with mouse and keyboard: a desktop's display, or the browser's current tab."""

    async def act(self, action: Action) -> ActionResult:
        """Do one thing and wait until what it set off has settled, two seconds at most.

        An act that is not possible (a point beyond the display, an unknown key, a sixth tab, an address that
        is not opened, a tab's act on a desktop) changes nothing, and the result says why. Acts follow one
        another: two workers never mix theirs. Raises ComputerLost, ComputerUnavailable.
        """

    async def look(self, *, quality: int | None = 80) -> Picture:
        """What it shows now, as a JPEG of that quality, 1 to 100; None: as a PNG. In the display's size.

        Raises ComputerLost, and ComputerUnavailable when there is no screen to start.
        """


class Computer(Protocol):
    """One running computer. Paths are relative to the workspace or begin with `/workspace/`."""

    computer_id: str
    kind: ComputerKind
    boot_id: str  # changes whenever the computer started anew: running commands and remembered calls are gone

    @property
    def lost(self) -> bool:
        """It ended, or the way to it broke: open it again."""

    @property
    def display(self) -> Display:
        """The size of what `screen` shows. On a browser it changes with SetViewport."""

    async def start_command(
        self,
        call_id: str,
        command: str,
        *,
        timeout_seconds: float | None = None,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start a bash command, or find it running or ended if this call id was started before.

        Directory, exported variables and functions carry over from one command to the next. Those of `env`
        do not: they are there for this command alone, whatever it exported under their names before.
        A command that outlives `timeout_seconds` is ended with its children (SIGTERM, two seconds later
        SIGKILL).
        """

    def follow(self, call_id: str, *, offset: int = 0) -> AsyncIterator[Output | CommandEnded]:
        """The output of a command from `offset` on, as it comes; CommandEnded is last.

        A command that fails is no error. Raises ComputerLost when the computer ends meanwhile, and KeyError
        when this boot knows no such call.
        """

    async def stop_command(self, call_id: str) -> None:
        """End a command and its children at once. One that has ended, or is unknown, is left alone."""

    async def read_file(self, path: str, *, limit_bytes: int = READ_LIMIT_BYTES) -> bytes:
        """A file's content. Raises FileMissing, PathRefused, FileTooLarge."""

    async def write_file(self, call_id: str, path: str, data: bytes) -> None:
        """Write a file whole, with the folders above it. At most 10 MiB. Raises PathRefused, FileTooLarge."""

    async def edit_file(
        self, call_id: str, path: str, old: str, new: str, *, everywhere: bool = False
    ) -> int:
        """Replace text in a UTF-8 file; how many times. Raises FileMissing, PathRefused, EditRefused."""

    async def changes(self, call_id: str) -> Changes:
        """Files and commits that changed since the last look; the same call id sees the same answer again.

        Looks at files outside `.git`, `node_modules`, `.venv`, `__pycache__` and hidden caches.
        """

    async def find_files(self, path: str, *, limit_files: int = 2000) -> Sequence[FoundFile]:
        """The regular files at or below a path, sorted; hidden ones and `node_modules` left out.

        Raises FileMissing, PathRefused, and FileTooLarge when there are more than `limit_files`.
        """

    def open_file(self, path: str) -> BinaryIO:
        """A regular file of the workspace, opened for the host without following any link out of it.

        The caller closes it and reads it in bounded pieces, in a thread. Raises FileMissing, PathRefused.
        """

    async def browser(self) -> Browser:
        """The browser, started when first asked for. Raises ComputerUnavailable when none is installed."""

    async def screen(self) -> Screen:
        """The screen, started when first asked for. Raises ComputerUnavailable when it cannot be had."""

    async def allow_hosts(self, hosts: Sequence[str] | None) -> None:
        """From now on it reaches no other hosts than these, as `Network.allow_hosts` says; None: any again.

        Connections to hosts that are not among them are cut.
        """

    async def refused_hosts(self, call_id: str) -> Sequence[str]:
        """Hosts asked for since this command began that are not among the allowed ones, at most 20."""

    async def disconnect(self) -> None:
        """Let go of it. The computer, and what runs in it, stays."""


class Computers(Protocol):
    """A place that computers run in."""

    async def probe(self) -> Probe:
        """Try, with a real sandbox, whether isolation holds here. Never raises; leaves nothing running."""

    async def open(self, computer_id: str, spec: ComputerSpec) -> Computer:
        """Start this computer, or find it running; its workspace is kept from one start to the next.

        `computer_id` is a UUID in hexadecimal. Raises ComputerUnavailable.
        """

    async def copy(self, source_id: str, target_id: str, *, limit_mb: int, whole: bool = False) -> None:
        """Give a computer that never ran a copy of another's workspace as it is now; the other may run on.

        With `whole`, a copy of its home too, and of what its browser has open and is logged in to.
        Links are copied, not followed. Does nothing where the target has a workspace already, or the source
        has none. Raises FileTooLarge past the limit, ComputerUnavailable, ComputerError.
        """

    async def stop(self, computer_id: str) -> None:
        """Switch it off, with everything that runs in it. The workspace stays. Off already is no error."""

    async def discard(self, computer_id: str) -> None:
        """Switch it off and delete its files for good."""

    async def running(self) -> Sequence[str]:
        """The ids of the computers that run now."""
