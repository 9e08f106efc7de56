"""Whether a shell command pushes with Git, and where to.

A tripwire, not a wall: it reads the text of the command, and a program or a script that the command starts
can push unseen. A remote is named only where the command is written without any art; where it is not, the
command counts as a push that nobody can say more about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

UNKNOWN = ""
DEFAULT = "(default remote)"

_PUSHING = frozenset({"push", "send-pack", "http-push"})
_PUSHING_BELOW = {"subtree": "push", "lfs": "push", "svn": "dcommit", "p4": "submit"}
_WITH_A_VALUE = frozenset({"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env"})
_PLAIN_OPTIONS = frozenset({"-C", "-P", "--no-pager"})
_PLAIN_FLAGS = frozenset(
    """-u --set-upstream -f --force --force-with-lease --tags --follow-tags --all --delete -d -n --dry-run
    -v --verbose -q --quiet --no-verify --progress --atomic --porcelain --prune""".split()
)
_PLAIN = re.compile(r"[\w./:@~+=\s-]*", re.ASCII)
_ENDS = re.compile(r"[;&|\n\r(){}`]+")  # of one simple command, however deep it is nested
_BETWEEN = re.compile(r"[\s,\[\]<>]+")
_UNREADABLE = re.compile(r"[$*?]")
_LOOKED_AT = 200  # words behind a `git`; nobody writes that many options


def pushed_to(command: str) -> list[str]:
    """The remotes that a command pushes to, as it writes them; `UNKNOWN` where it cannot be told."""
    text = command.replace("\\\n", "").replace("2>&1", " ")
    remotes = [remote for part in _ENDS.split(text) for remote in _pushed_in(part, text)]
    if not remotes and _word_comes_from_elsewhere(text):
        remotes = [UNKNOWN]
    return list(dict.fromkeys(remotes))


def _pushed_in(part: str, text: str) -> Iterable[str]:
    """Of one simple command, whose words may begin with `env`, `sudo` or the like."""
    if _PLAIN.fullmatch(part):
        words = part.split()
        if not _pushes(words, text):
            return ()
        return [_remote(words)]
    return [UNKNOWN] if _pushes(_words(part), text) else ()


def _words(part: str) -> list[str]:
    """As a shell, or a program that is handed a list, would read them without their quotes."""
    bare = re.sub(r"\$\{?IFS\}?", " ", part).translate({ord(mark): None for mark in "\\'\""})
    return [word for word in _BETWEEN.split(bare) if word]


def _pushes(words: Sequence[str], text: str) -> bool:
    programs = [word.rpartition("/")[2] for word in words]
    if any(name.removeprefix("git-") in _PUSHING and name.startswith("git-") for name in programs):
        return True
    if any(
        name == "git" and _git_pushes(words[at + 1 : at + 1 + _LOOKED_AT]) for at, name in enumerate(programs)
    ):
        return True
    if words[:1] == ["alias"]:
        return any("git" in word for word in words)
    first, second, *_ = [*(word for word in words if not word.startswith("-")), "", ""]
    # $(which git) push, $g push, /usr/bin/gi? push
    return (first == "push" and "git" in text) or (second in _PUSHING and bool(_UNREADABLE.search(first)))


def _git_pushes(words: Sequence[str]) -> bool:
    options, name, arguments = _read(words)
    if any(word.startswith("alias.") for word in (*options, *arguments)):
        return name == "config" or bool(options)
    return (
        name in _PUSHING
        or len(options) >= _LOOKED_AT
        or bool(_UNREADABLE.search(name))
        or _PUSHING_BELOW.get(name, UNKNOWN) in arguments
    )


def _read(words: Sequence[str]) -> tuple[Sequence[str], str, Sequence[str]]:
    """What stands behind `git`: its own options with their values, the command, the command's arguments."""
    place = 0
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in _WITH_A_VALUE else 1
    return words[:place], next(iter(words[place:]), ""), words[place + 1 :]


def _remote(words: Sequence[str]) -> str:
    """`git [-C folder] push [flags] [remote …]`, and nothing else, names its remote."""
    if words[0] != "git":
        return UNKNOWN
    options, name, arguments = _read(words[1:])
    if name != "push" or any(word.startswith("-") and word not in _PLAIN_OPTIONS for word in options):
        return UNKNOWN
    for word in arguments:
        if not word.startswith("-"):
            return word if len(word) <= 200 else UNKNOWN
        if word.partition("=")[0] not in _PLAIN_FLAGS:
            return UNKNOWN
    return DEFAULT


def _word_comes_from_elsewhere(text: str) -> bool:
    """`echo push | xargs git`, `git $(echo push)`: a git without a command, and a push without a git."""
    parts = [_words(part) for part in _ENDS.split(text)]
    names = [[word.rpartition("/")[2] for word in words] for words in parts]
    bare = any("git" in part and not _read(part[part.index("git") + 1 :])[1] for part in names)
    return bare and any(word in _PUSHING for part in parts for word in part)
