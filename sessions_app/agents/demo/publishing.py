"""Looking at a site that the demo made or changed, checking it, committing it and handing it over."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sessions_app.computers.base import WORKSPACE

from .commands import ending
from .story import Result, Story, do, must

SITE = "site"
FOLDER = f"{WORKSPACE}/{SITE}"

# The system picks a free port. The server says which one in its log, by which the next task finds it again.
_SERVE = f"""\
(
  log=/tmp/site-server.log
  address() {{ sed -n 's|^Serving.* port \\([0-9]*\\) .*|http://localhost:\\1/|p' $log 2>/dev/null; }}
  answers() {{ [ -n "$(address)" ] && curl -sf --noproxy '*' -o /dev/null "$(address)"; }}
  if ! answers; then
    python3 -u -m http.server 0 --bind 127.0.0.1 --directory {FOLDER} >$log 2>&1 </dev/null &
    for _ in $(seq 100); do answers && break; sleep 0.1; done
  fi
  answers && echo "Serving at $(address)"
)"""


@dataclass(frozen=True)
class Checked:
    """One check. `passed` is None when it could not be made."""

    what: str
    passed: bool | None
    seen: str = ""

    def __str__(self) -> str:
        verdict = {True: "Passed", False: "Failed", None: "Could not be made"}[self.passed]
        return f"- {verdict}: {self.what}.{f' {self.seen}' if self.seen else ''}"


def publish(title: str, *, subject: str, checks: int) -> Story[str]:
    """Serve the site, look at it, make so many checks, commit, save; what came of it, as Markdown."""
    address, trouble = yield from _serve()
    made: list[Checked] = []
    if address:
        opened = yield from do("open_page", say="I look at the page.", url=address)
        trouble = "" if opened.ok else f"I could not look at the page: {opened.reason}"
        for check in _CHECKS[:checks]:
            made.append((yield from check(address, title)))
    commit = yield from _commit(subject)
    yield from must("save_artifact", aim="save the site", say="I save the site.", path=SITE, title=title)
    return "\n\n".join(part for part in (trouble, _told(made, checks), commit) if part)


def _told(made: Sequence[Checked], checks: int) -> str:
    done = sum(check.passed is not None for check in made)
    count = f"{done} check{'' if done == 1 else 's'}" if done == checks else f"{done} of {checks} checks"
    return "\n".join([f"I made {count}{':' if made else '.'}", *(["", *map(str, made)] if made else [])])


def _serve() -> Story[tuple[str, str]]:
    result = yield from do(
        "bash", say="I start a web server in my computer.", command=_SERVE, timeout_seconds=30
    )
    found = re.search(r"^Serving at (http://localhost:\d+/)$", result.text, re.MULTILINE)
    return (found[1], "") if found else ("", f"The web server did not start: {_last_words(result)}")


def _title_is_right(address: str, title: str) -> Story[Checked]:
    what = f"the page is titled “{title}”"
    result = yield from do("read_page")
    if not result.ok:
        return Checked(what, None, result.reason)
    return Checked(what, result.text.startswith(f"Page: {title} (http"))


def _styles_answer(address: str, title: str) -> Story[Checked]:
    what = "the stylesheet answers"
    probe = "curl -s --noproxy '*' -o /dev/null -w 'answer %{http_code} %{content_type}\\n' "
    result = yield from do("bash", command=f"{probe}{address}style.css", timeout_seconds=30)
    if not result.ok:
        return Checked(what, None, result.reason)
    return Checked(what, "answer 200 text/css" in result.text)


def _structure_is_sound(address: str, title: str) -> Story[Checked]:
    what = "the page has one main heading and names its language"
    count = f"grep -o '<h1' {FOLDER}/index.html | wc -l"
    language = f"grep -c '<html lang=' {FOLDER}/index.html"
    result = yield from do("bash", command=f'echo "headings $({count}), languages $({language})"')
    if not result.ok:
        return Checked(what, None, result.reason)
    return Checked(what, "headings 1, languages 1" in result.text)


def _page_survives_scrolling(address: str, title: str) -> Story[Checked]:
    result = yield from do("act_on_page", action="scroll", dy=2000)
    what = "the page is still there after scrolling"
    if not result.ok:
        return Checked(what, None, result.reason)
    return Checked(what, result.text.startswith(f"Page: {title} (http"))


_CHECKS: tuple[Callable[[str, str], Story[Checked]], ...] = (
    _title_is_right,
    _styles_answer,
    _structure_is_sound,
    _page_survives_scrolling,
)


def _commit(subject: str) -> Story[str]:
    git = f"git -C {FOLDER}"
    author = "-c user.name='Demo model' -c user.email=demo@localhost"
    command = (
        f"{git} init -q -b main 2>/dev/null && {git} add -A && "
        f"{git} {author} commit -q -m {shlex.quote(subject)} && {git} log -1 --format='committed %h'"
    )
    result = yield from do("bash", say="I commit it with Git.", command=command)
    found = re.search(r"^committed ([0-9a-f]{7,})", result.text, re.MULTILINE)
    return f"Git has it as commit {found[1]}." if found else f"It is not committed: {_last_words(result)}"


def _last_words(result: Result) -> str:
    printed = ending(result)[0] if result.ok else result.text
    return Result("\n".join(printed.splitlines()[-1:])).reason
