"""Git commits made since the last look, found in each repository's reflog, however they were made.

A clone, fetch, reset or checkout writes to the reflog too; only actions that begin with "commit" count.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..beneath import WORKSPACE, open_beneath, open_regular
from ..wire import Fault
from .children import Children, Streams, kill_call

REFLOG_BYTES = 1024 * 1024
LISTED_COMMITS = 50
LISTED_FILES = 200
GIT_SECONDS = 10.0
GIT_OUTPUT_BYTES = 1024 * 1024
LINE = re.compile(r"[0-9a-f]{40,64} ([0-9a-f]{40,64}) .*\t(.*)")
CHECKOUT = re.compile(r"checkout: moving from (\S+) to ")
COMMIT = re.compile(r"commit(?: \([^)]*\))?: (.*)")
MARK = "\x01"
GIT = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false"]
LOG = [
    "log",
    "--no-walk=unsorted",
    "--numstat",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--diff-merges=first-parent",
]


@dataclass(frozen=True)
class Made:
    sha: str
    subject: str
    branch: str


class Reflogs:
    """How far each repository's reflog has been read."""

    def __init__(self) -> None:
        self._read: dict[str, int] = {}

    def news(self, repositories: Sequence[str]) -> list[tuple[str, list[Made]]]:
        """The commits of each repository that were not there at the last call."""
        found: list[tuple[str, list[Made]]] = []
        workspace = os.open(WORKSPACE, os.O_PATH | os.O_DIRECTORY)
        try:
            for repository in repositories:
                for folder in _git_folders(workspace, repository):
                    made = self._news_of(workspace, folder)
                    if made:
                        found.append((repository, made))
        finally:
            os.close(workspace)
        return found

    def _news_of(self, workspace: int, folder: str) -> list[Made]:
        start, news = _read(workspace, f"{folder}/logs/HEAD", self._read.get(folder, 0))
        self._read[folder] = start + len(news)
        head = _read(workspace, f"{folder}/HEAD", 0)[1].decode(errors="replace").strip()
        return _made(news.decode(errors="replace"), head.removeprefix("ref: refs/heads/"))


def _git_folders(workspace: int, repository: str) -> Iterator[str]:
    """The repository's own folder, and those of its worktrees."""
    own = os.path.normpath(os.path.join(repository, ".git"))
    yield own
    try:
        descriptor = open_beneath(workspace, f"{own}/worktrees", os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        names = sorted(os.listdir(descriptor))[:LISTED_COMMITS]
    finally:
        os.close(descriptor)
    yield from (f"{own}/worktrees/{name}" for name in names)


def _read(workspace: int, path: str, start: int) -> tuple[int, bytes]:
    """A file from `start` on, or from its beginning when it is shorter; nothing when there is none."""
    try:
        with open(open_regular(workspace, path, os.O_RDONLY), "rb") as file:
            start = start if start <= os.fstat(file.fileno()).st_size else 0
            file.seek(start)
            return start, file.read(REFLOG_BYTES)
    except (Fault, OSError):
        return 0, b""


def _made(reflog: str, branch: str) -> list[Made]:
    """The commits in these lines, oldest first. Read backwards, each checkout tells the branch before it."""
    made: list[Made] = []
    for line in reversed(reflog.splitlines()):
        match = LINE.fullmatch(line)
        if match is None:
            continue
        sha, action = match.groups()
        if checkout := CHECKOUT.match(action):
            branch = checkout[1]
        elif commit := COMMIT.fullmatch(action):
            made.append(Made(sha, commit[1], branch))
    return made[::-1]


async def described(children: Children, news: list[tuple[str, list[Made]]]) -> list[dict[str, Any]]:
    """In the shape of Commit, with the lines that each file gained and lost."""
    found: list[dict[str, Any]] = []
    for repository, made in news:
        made = made[: LISTED_COMMITS - len(found)]
        files = await _files(children, repository, [commit.sha for commit in made]) if made else {}
        found += [
            {
                "sha": commit.sha,
                "subject": commit.subject,
                "branch": commit.branch,
                "repository": repository,
                "files": files.get(commit.sha, []),
            }
            for commit in made
        ]
    return found


async def _files(children: Children, repository: str, shas: list[str]) -> dict[str, list[dict[str, Any]]]:
    argv = [*GIT, "-C", repository, *LOG, f"--format={MARK}%H", *shas]
    output = await _git(children, argv)
    found: dict[str, list[dict[str, Any]]] = {}
    for part in output.split(MARK)[1:]:
        sha, *lines = part.splitlines()
        rows = [line.split("\t") for line in lines if line.count("\t") == 2]
        found[sha] = [
            {"path": path, "added": int(added), "removed": int(removed)}
            for added, removed, path in ((a.replace("-", "0"), r.replace("-", "0"), p) for a, r, p in rows)
        ][:LISTED_FILES]
    return found


async def _git(children: Children, argv: list[str]) -> str:
    """Git's answer, confined as a terminal command is; empty when it fails or takes too long."""
    answer = os.memfd_create("git")
    call_id = f"git-{os.urandom(8).hex()}"
    try:
        streams = Streams(stdout=answer)
        child = children.start(argv, streams=streams, confined=True, call_id=call_id)
        await asyncio.wait([child.exited], timeout=GIT_SECONDS)
        kill_call(child, call_id)
        await child.exited
        return os.pread(answer, GIT_OUTPUT_BYTES, 0).decode(errors="replace")
    except OSError:
        return ""
    finally:
        os.close(answer)
