"""Commands and files, exactly as the person worded them, and what came of them."""

from __future__ import annotations

import re

from .intents import Edit, Read, Run, Wait, Write
from .story import Result, Story, do, must

LAST_LINES = 20
LONGEST_WAIT_SECONDS = 3540  # a minute less than the longest command


def run(wanted: Run) -> Story[str]:
    result = yield from must("bash", aim=f"run `{wanted.command}`", command=wanted.command)
    printed, how = ending(result)
    return f"I ran `{wanted.command}`. {how}\n\n{_last_lines(printed)}"


def wait(wanted: Wait) -> Story[str]:
    seconds = min(wanted.seconds, LONGEST_WAIT_SECONDS)
    yield from do(
        "report_progress", say=f"I wait {seconds} seconds.", text=f"Waiting {seconds} seconds", percent=0
    )
    counting = f'for second in $(seq 1 {seconds}); do sleep 1; echo "$second of {seconds} seconds"; done'
    result = yield from must("bash", aim="wait", command=counting, timeout_seconds=seconds + 60)
    yield from do("report_progress", text=f"Waited {seconds} seconds", percent=100)
    if f"{seconds} of {seconds} seconds" not in result.text:
        return f"The wait of {seconds} seconds ended early.\n\n{_last_lines(ending(result)[0])}"
    longest = " That is the longest I can." if seconds < wanted.seconds else ""
    return f"I waited {seconds} seconds.{longest}"


def write(wanted: Write) -> Story[str]:
    text = f"{wanted.text.rstrip()}\n"
    yield from must("write_file", aim=f"write {wanted.path}", path=wanted.path, text=text)
    back = yield from do("read_file", path=wanted.path, lines=5000)
    if not back.ok:
        return f"I wrote {wanted.path}, but could not read it back: {back.reason}"
    held = back.text.partition("\n")[2].removesuffix(" …")
    verdict = "it says what you gave me" if held and text.startswith(held) else "it says something else"
    return f"I wrote {wanted.path} and read it back: {verdict}."


def read(wanted: Read) -> Story[str]:
    result = yield from must("read_file", aim=f"read {wanted.path}", path=wanted.path)
    header, _, text = result.text.partition("\n")
    return f"I read {header.strip('[]')}.\n\n{fenced(text)}" if text else f"{wanted.path} is empty."


def edit(wanted: Edit) -> Story[str]:
    yield from must(
        "edit_file",
        aim=f"edit {wanted.path}",
        path=wanted.path,
        old=wanted.old,
        new=wanted.new,
        everywhere=wanted.everywhere,
    )
    return f"In {wanted.path} I replaced “{wanted.old}” with “{wanted.new}”."


def ending(result: Result) -> tuple[str, str]:
    """What a command printed, and the line with which the bash tool says how it ended."""
    found = list(re.finditer(r"^\[((?:Exit code|Ended with|Stopped by)\b.*)\]$", result.text, re.MULTILINE))
    if not found:
        return result.text, "It is not known how it ended."
    printed = result.text[: found[-1].start()].rstrip("\n")
    return ("" if printed == "(no output)" else printed), found[-1][1]


def fenced(text: str) -> str:
    """Text as a code block that nothing in it can close."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}"


def _last_lines(text: str) -> str:
    lines = text.strip("\n").splitlines()
    if not lines:
        return "It printed nothing."
    lead = f"Its last {LAST_LINES} of {len(lines)} lines:" if len(lines) > LAST_LINES else "It printed:"
    return f"{lead}\n\n{fenced(chr(10).join(lines[-LAST_LINES:]))}"
