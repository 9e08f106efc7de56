"""What an agent asks a person about before it does it. Decided here, outside of the model.

A tool says what its call would do, with `Tool.wanted`; the policy says what of that needs a person. Only the
approve control of a person who may use it answers: no message, page, file or answer in words does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sessions_app.computers.results import Aim

from .git_push import pushed_to
from .hosts import host_of, is_listed
from .spending import may_cost

Rule = Literal["command", "git_push", "network", "form", "spending", "screen"]


@dataclass(frozen=True)
class Need:
    """One reason to ask. A grant covers `subject`: the pattern, the remote, the host.

    Without a subject nobody can say what a grant would cover: it is allowed for this one call, or not at all.
    """

    rule: Rule
    subject: str = ""


@dataclass(frozen=True)
class Wanted:
    """What a call would do that a person is asked about. `shown` is all of it, word for word."""

    needs: tuple[Need, ...]
    shown: str

    @property
    def digest(self) -> str:
        """Of what is shown, exactly: rows keep it without what no database takes, and without secrets."""
        return hashlib.sha256(self.shown.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Policy:
    """The rules of one agent, with what people have granted to it and to its session.

    `shell_patterns` are no regular expressions, whose worst case takes for ever on text that a model chose: a
    pattern is the pieces between its stars, found one after the other.
    """

    domains: tuple[str, ...] | None = None  # hosts that need no asking; None: no host does
    shell_patterns: tuple[str, ...] = ()
    git_push: bool = False
    forms: bool = False
    spending: bool = False
    screen: bool = False
    offline: bool = False  # the computer reaches nothing at all, whatever else is allowed
    granted: frozenset[Need] = field(default_factory=frozenset)

    def of_command(self, command: str) -> Wanted | None:
        """A tripwire: a command that takes pains can hide what it runs from whoever reads it."""
        needs = [Need("command", pattern) for pattern in self.shell_patterns if _holds(command, pattern)]
        if self.git_push:
            needs += [Need("git_push", remote) for remote in pushed_to(command)]
        return self._wanted(needs, command)

    def of_host(self, host: str, shown: str) -> Wanted | None:
        """A wall: the computer's way out refuses the hosts that are not among `reachable`."""
        if self.offline or self.domains is None or is_listed(host, self.domains):
            return None
        return self._wanted([Need("network", host)], shown)

    @property
    def asks_about_pages(self) -> bool:
        return self.forms or self.spending

    def of_act(self, aim: Aim, doing: str) -> Wanted | None:
        """A tripwire: what a page sends by its scripts, unasked, nobody can tell beforehand."""
        needs = [Need("form", host_of(aim.form))] if self.forms and aim.form else []
        if self.spending and may_cost(aim):
            needs.append(Need("spending"))  # never for longer than once
        return self._wanted(needs, _act_in_words(aim, doing))

    def of_screen(self, doing: str) -> Wanted | None:
        """All that a mouse and a keyboard do on a desktop, since nobody can tell what is under a pixel."""
        return self._wanted([Need("screen", "the desktop")] if self.screen else [], doing)

    @property
    def reachable(self) -> Sequence[str] | None:
        """The hosts that the computer may reach now; None: any public one."""
        if self.offline:
            return ()
        if self.domains is None:
            return None
        return (*self.domains, *sorted(need.subject for need in self.granted if need.rule == "network"))

    def _wanted(self, needs: Iterable[Need], shown: str) -> Wanted | None:
        open_needs = tuple(dict.fromkeys(need for need in needs if need not in self.granted))
        return Wanted(open_needs, shown) if open_needs else None


def _act_in_words(aim: Aim, doing: str) -> str:
    lines = [doing, f"On the page: {aim.page}"]
    if aim.words:
        lines.append(f"On the button: {aim.words}")
    if aim.form:
        lines.append(f"It sends a form to: {aim.form}")
    lines += [
        f"    {field.name or '(a field without a name)'}: {field.value or '(secret)'}" for field in aim.fields
    ]
    return "\n".join(lines)


def _holds(command: str, pattern: str) -> bool:
    """Whether it contains the pattern, as it stands or as the shell would read it without its quotes."""
    return any(_contains(text, pattern) for text in (_spaced(command), _spaced(_unquoted(command))))


def _contains(text: str, pattern: str) -> bool:
    place = 0
    for piece in _spaced(pattern).split("*"):
        found = text.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return True


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _unquoted(command: str) -> str:
    return command.replace("\\\n", "").translate({ord(mark): None for mark in "\\'\""})
