"""What a computer answers with, and what it is asked to start as. Plain values, in Lightcone's vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Stream = Literal["stdout", "stderr"]
ComputerKind = Literal["browser", "desktop"]


@dataclass(frozen=True)
class Output:
    """A piece of a command's output. `offset` is its place, in bytes, in stdout and stderr taken together.

    A gap before `offset` is what was dropped: a computer keeps the first 64 KiB and the last 1 MiB.
    """

    offset: int
    stream: Stream
    data: bytes


@dataclass(frozen=True)
class CommandEnded:
    """How a command ended. `exit_code` is negative for the signal that killed it, as subprocess has it."""

    exit_code: int
    duration_seconds: float
    output_bytes: int
    reason: Literal["exited", "timed_out", "stopped"] = "exited"


@dataclass(frozen=True)
class FileChange:
    """One file that changed. `diff` is unified, at most 64 KiB, and empty for a binary file."""

    path: str
    kind: Literal["added", "modified", "deleted"]
    added: int
    removed: int
    diff: str = ""
    binary: bool = False
    size_bytes: int = 0


@dataclass(frozen=True)
class CommittedFile:
    path: str
    added: int
    removed: int


@dataclass(frozen=True)
class Commit:
    """A Git commit made in this computer, however it was made. `repository` is relative to the workspace."""

    sha: str
    subject: str
    branch: str
    repository: str
    files: Sequence[CommittedFile] = ()


@dataclass(frozen=True)
class Changes:
    """What changed since the last look. `more_files` counts changes past the first 50."""

    files: Sequence[FileChange] = ()
    more_files: int = 0
    commits: Sequence[Commit] = ()


@dataclass(frozen=True)
class FoundFile:
    """A regular file. `path` is relative to what was asked for, or the bare name of one file."""

    path: str
    size_bytes: int


@dataclass(frozen=True)
class PageView:
    """What the browser shows now. `screenshot` is a JPEG of `width` by `height` pixels."""

    url: str
    title: str
    screenshot: bytes
    width: int
    height: int
    note: str = ""


@dataclass(frozen=True)
class PageText:
    """A page as text. `outline` is its accessibility tree, `text` what a reader sees; each at most 64 KiB."""

    url: str
    title: str
    text: str
    outline: str


@dataclass(frozen=True)
class PageAction:
    """One act on the open page, aimed by accessible `name` (and `role`), or at `x`, `y` in CSS pixels.

    click    name or x, y
    type     text, into name or x, y, or into what has the focus; `submit` presses Enter afterwards.
             `secret`: into name, and the field shows dots from then on, also where it is no password field
    press    key, as Playwright spells it ("Enter", "Control+A")
    scroll   by dx, dy pixels
    select   value (its label), in the list called name
    upload   file, under `value` as its name, into the field or by the button called name

    A dialog that opens meanwhile is dismissed, or accepted with `dialog` as its text where that is not None.
    """

    kind: Literal["click", "type", "press", "scroll", "select", "upload"]
    name: str = ""
    role: str = ""
    x: int | None = None
    y: int | None = None
    text: str = ""
    key: str = ""
    value: str = ""
    dx: int = 0
    dy: int = 0
    submit: bool = False
    secret: bool = False
    file: bytes = b""
    dialog: str | None = None


@dataclass(frozen=True)
class FilledIn:
    """A field of a form that has something in it. What is secret (a password, a card) has no value here."""

    name: str
    value: str


@dataclass(frozen=True)
class Aim:
    """What an act is aimed at, as the page shows it. `form` is the address that it would send a form to.

    `words` are those on the button that it presses, `fields` what the form holds, at most 40 with 500
    characters each, and `payment` whether there are fields for a card.
    """

    page: str
    words: str
    form: str
    fields: Sequence[FilledIn] = ()
    payment: bool = False


@dataclass(frozen=True)
class Limits:
    memory_mb: int = 2048
    processes: int = 512
    disk_mb: int = 4096
    file_mb: int = 2048
    idle_seconds: int = 900  # without a command running or a worker connected


@dataclass(frozen=True)
class Network:
    """What a computer may reach. Public addresses only, but for `allow_private`.

    With `allow_hosts` it reaches no others than these, private ones included: a name, `*.example.org` for all
    names below it, or an IP literal.
    `allow_private` names an IP literal and a port ("127.0.0.1:8123") that this computer may reach although
    the address is private. A name that resolves to a private address is never reached by name.
    """

    mode: Literal["public", "none"] = "public"
    deny_hosts: Sequence[str] = ()
    allow_hosts: Sequence[str] | None = None
    allow_private: Sequence[str] = ()


@dataclass(frozen=True)
class Display:
    """In pixels, as seen on screenshots."""

    width: int = 1280
    height: int = 720


@dataclass(frozen=True)
class ComputerSpec:
    kind: ComputerKind = "browser"
    width: int = 1280
    height: int = 720
    limits: Limits = field(default_factory=Limits)
    network: Network = field(default_factory=Network)


@dataclass(frozen=True)
class Check:
    """One thing that computers are better with. `cure` mends it, or makes better what is fine."""

    key: str
    ok: bool
    says: str
    cure: str = ""


@dataclass(frozen=True)
class Probe:
    """Whether this machine can keep computers safely; if not, why, and what mends it."""

    ok: bool
    reason: str = ""
    cure: str = ""
    checks: Sequence[Check] = ()
