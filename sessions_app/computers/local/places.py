"""Where computers lie on this machine, and which user each of them runs as.

    <code>/<digest>/local/              what host process and daemon run from
    <folder>/<computer id>/             lock files and the host process's log
    <folder>/<computer id>/run/         its sockets
    <folder>/<computer id>/workspace/   seen inside as /workspace
    <folder>/<computer id>/home/        seen inside as /home/agent

With root, all lies in /var/lib/lightcone-dispatch: <folder> is <instance>, <code> is shared, and the last
three belong to a user id that no other computer on this machine has. Without root, <folder> is the one that
was given, <code> lies in it, and all belongs to one user.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .copying import copy_browser_state, copy_files
from .host import cgroup

SYSTEM_FOLDER = Path("/var/lib/lightcone-dispatch")
# systemd's list of user ids keeps 1879048192 to 2147483647 free of any use.
FIRST_USER_ID, LAST_USER_ID = 1_900_000_000, 1_900_999_999
COMPUTER_ID = re.compile(r"[0-9a-f]{32}")
PACKAGE = Path(__file__).parent
COPIED = (
    "__init__.py",
    "wire.py",
    "beneath.py",
    "host/*.py",
    "daemon/*.py",
    "daemon/*.sh",
    "daemon/look/*",
    "seccomp/*.bpf",
)
OPEN_TO_ALL, PASSABLE, PRIVATE = 0o755, 0o711, 0o700


@dataclass(frozen=True)
class Place:
    """One computer's folders."""

    computer_id: str
    folder: Path

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def opening_lock(self) -> Path:
        return self.folder / "opening.lock"

    @property
    def host_lock(self) -> Path:
        return self.folder / "host.lock"

    @property
    def log(self) -> Path:
        return self.folder / "host.log"


class Places:
    """All methods are synchronous, and quick but for `discard` and `fill`."""

    def __init__(self, root: Path) -> None:
        self.rooted = os.geteuid() == 0
        self.folder = root.absolute()
        self._code = self.folder / "code"
        if self.rooted:
            self.folder = SYSTEM_FOLDER / hashlib.sha256(bytes(root.resolve())).hexdigest()[:12]
            self._code = SYSTEM_FOLDER / "code"

    def of(self, computer_id: str) -> Place:
        """Raises ValueError when it is not a UUID in hexadecimal."""
        if not COMPUTER_ID.fullmatch(computer_id):
            raise ValueError(f"{computer_id!r} is no UUID in hexadecimal.")
        return Place(computer_id, self.folder / computer_id)

    def all(self) -> Iterator[Place]:
        if self.folder.is_dir():
            for name in sorted(os.listdir(self.folder)):
                if COMPUTER_ID.fullmatch(name):
                    yield self.of(name)

    def prepare(self, place: Place) -> int | None:
        """Make the folders that are not there yet. The user id to run as; None without root."""
        return self._make_owned(place, place.home, place.run, place.workspace)

    def fill(self, place: Place, source: Place, *, limit_bytes: int, whole: bool) -> None:
        """Give a computer without a workspace a copy of another's. Half a copy is none, and is begun anew.

        Raises ComputerError. Slow: it takes as long as copying does.
        """
        if place.workspace.is_dir() or not source.workspace.is_dir():
            return
        unfinished = place.folder / "workspace.unfinished"
        _delete(unfinished)
        if whole:
            _delete(place.home)
        user_id = self._make_owned(place, place.home, place.run, unfinished)
        try:
            if whole:
                copy_files(source.home, place.home, user_id=user_id, limit_bytes=limit_bytes)
                copy_browser_state(source.run, place.run, user_id=user_id)
            copy_files(source.workspace, unfinished, user_id=user_id, limit_bytes=limit_bytes)
            unfinished.rename(place.workspace)
        finally:
            _delete(unfinished)

    def make(self, place: Place) -> None:
        """The folder of one computer, where its locks lie."""
        self._make_folder()
        _make(place.folder, PASSABLE if self.rooted else PRIVATE)

    def _make_owned(self, place: Place, *folders: Path) -> int | None:
        self.make(place)
        user_id = self._user_id(place) if self.rooted else None
        for folder in folders:
            _make(folder, PRIVATE)
            if user_id is not None:
                os.chown(folder, user_id, user_id, follow_symlinks=False)
        return user_id

    def _make_folder(self) -> None:
        if self.rooted:
            _make(SYSTEM_FOLDER, PASSABLE)
            _make(SYSTEM_FOLDER / "users", PRIVATE)
        _make(self.folder, PASSABLE if self.rooted else PRIVATE)

    def _user_id(self, place: Place) -> int:
        """The one that this computer has claimed, or the first that no computer's folder claims."""
        with _claims() as claims:
            known = os.stat(place.home).st_uid if place.home.is_dir() else FIRST_USER_ID
            if _claimed_by(claims / str(known)) == str(place.folder):
                return known
            for user_id in range(FIRST_USER_ID, LAST_USER_ID + 1):
                claim = claims / str(user_id)
                if not os.path.isdir(_claimed_by(claim)) and not _is_account(user_id):
                    claim.unlink(missing_ok=True)
                    claim.symlink_to(place.folder)
                    return user_id
        raise OSError("No user id is left for another computer.")

    def install_code(self) -> Path:
        """A copy of what runs outside this process, readable by every computer's user; made once."""
        self._make_folder()
        sources = sorted(path for pattern in COPIED for path in PACKAGE.glob(pattern))
        digest = hashlib.sha256()
        for path in sources:
            digest.update(f"{path.relative_to(PACKAGE)}\0".encode() + path.read_bytes())
        installed = self._code / digest.hexdigest()[:16]
        if not installed.is_dir():
            _make(installed.parent, OPEN_TO_ALL)
            self._copy(sources, installed)
        return installed

    def _copy(self, sources: list[Path], installed: Path) -> None:
        unfinished = installed.with_name(f"{installed.name}.{os.getpid()}")
        for path in sources:
            copied = unfinished / "local" / path.relative_to(PACKAGE)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_bytes(path.read_bytes())
            copied.chmod(0o644)
        for folder, _, _ in os.walk(unfinished):
            os.chmod(folder, OPEN_TO_ALL)
        try:
            unfinished.rename(installed)
        except OSError:
            shutil.rmtree(unfinished)  # another process was quicker

    def discard(self, place: Place) -> None:
        """Delete a computer's files."""
        if not place.folder.is_dir():
            return
        user_id = os.stat(place.home).st_uid if place.home.is_dir() else None
        _delete(place.folder)
        cgroup.remove(place.computer_id)
        if self.rooted and not place.folder.exists():
            with _claims() as claims:
                if _claimed_by(claims / str(user_id)) == str(place.folder):
                    (claims / str(user_id)).unlink()
            with contextlib.suppress(OSError):  # others are left
                self.folder.rmdir()


def _delete(folder: Path) -> None:
    """`rm` copes with folders as deep or closed as an agent may leave them."""
    if folder.is_dir():
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf", "--one-file-system"]):
            subprocess.run([*command, "--", folder], stderr=subprocess.DEVNULL, check=False)


def _make(folder: Path, mode: int) -> None:
    """A folder with exactly this mode, whatever the umask.

    Also where it is there: another worker may have made it a moment ago, and not come to its mode yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)


@contextlib.contextmanager
def _claims() -> Iterator[Path]:
    """The folder of links from a user id to its computer's folder, held by one process at a time."""
    folder = SYSTEM_FOLDER / "users"
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


def _is_account(user_id: int) -> bool:
    try:
        pwd.getpwuid(user_id)
    except KeyError:
        return False
    return True


def _claimed_by(claim: Path) -> str:
    try:
        return os.readlink(claim)
    except OSError:
        return ""
