"""A task from its instruction to its last word: what it asks for, in order, then what was asked meanwhile."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeAlias

from sessions_app.agents.final_question import question_in

from . import commands
from .changes import change
from .history import Past, Task, Turn
from .intents import (
    Ask,
    Change,
    Edit,
    Explain,
    Intent,
    MakeSite,
    OpenPage,
    Read,
    Run,
    Summarise,
    Unknown,
    Wait,
    Write,
)
from .questions import ask
from .site import make_site
from .story import CannotGoOn, Result, Step, Story
from .summary import open_page, research, summarise
from .understanding import understand

REAL_MODEL = """\
To work with a real model, add a key and start again:

```sh
export OPENAI_API_KEY=...
make run
```

Or start a local Ollama: it is found by itself."""

ABILITIES = f"""\
I am the demo model. I follow fixed rules and no AI is involved, but everything I do is real. You can say:

- Make a one-page site about our bakery.
- Open https://example.com and summarise it.
- Run `ls -la`, then wait 5 seconds.
- Write notes.txt: hello, then read notes.txt.
- Ask me whether tea or coffee.
- Afterwards: make it shorter, add a chart, change the colour to green.

{REAL_MODEL}"""

FORGOTTEN = "This session has grown so long that I no longer see what you asked for. Send it once more."
OFF_TRACK = (
    "This task took another turn than I would have taken, so I stop here. Send the instruction once more."
)

Answer: TypeAlias = Step | str

_AGAIN = re.compile(r"(please )?(try|do) (it |that )?again[.!]?", re.IGNORECASE)


def answer(tasks: Sequence[Task], *, offered: Collection[str], checks: int) -> Answer:
    """What comes next in the last of these tasks: a step, or the final text, which asks nothing."""
    past = Past()
    for earlier in tasks[:-1]:
        for turn in earlier.turns:
            past.learn(turn.calls, turn.results)
    task = tasks[-1] if tasks else Task("")
    if not task.instruction:
        return FORGOTTEN
    past.heard.extend(task.early)
    told = _tell(_whole(_meant(tasks), past, checks), task.turns, past, offered)
    if isinstance(told, str) and question_in(told) is not None:
        return f"{told}\n\nThat is all."
    return told


def _meant(tasks: Sequence[Task]) -> str:
    """The instruction at hand; "Try again" means the one before."""
    others = [task.instruction for task in tasks if not _AGAIN.fullmatch(task.instruction.strip())]
    again = _AGAIN.fullmatch(tasks[-1].instruction.strip())
    return others[-1] if again and others else tasks[-1].instruction


def _tell(story: Story[str], turns: Sequence[Turn], past: Past, offered: Collection[str]) -> Answer:
    """Tell the story through the turns that were; its next step, or its end."""
    remaining = iter(turns)
    try:
        step = next(story)
        while True:
            calls = tuple(call for call in step.calls if call.tool in offered)
            results: list[Result] = []
            if calls:
                turn = next(remaining, None)
                if turn is None:
                    return replace(step, calls=calls)
                if [call.tool for call in turn.calls] != [call.tool for call in calls]:
                    return OFF_TRACK
                past.learn(turn.calls, turn.results)
                past.heard.extend(turn.heard)
                results = list(turn.results)
            step = story.send(_with_refusals(step, results, offered))
    except StopIteration as end:
        return str(end.value)


def _with_refusals(step: Step, results: list[Result], offered: Collection[str]) -> list[Result]:
    given = iter(results)
    return [
        next(given) if call.tool in offered else Result(f"This agent may not use {call.tool}.", ok=False)
        for call in step.calls
    ]


def _whole(instruction: str, past: Past, checks: int) -> Story[str]:
    reports = [(yield from _follow(instruction, past, checks))]
    heard = 0
    while heard < len(past.heard):
        message = past.heard[heard]
        heard += 1
        if all(isinstance(intent, Explain | Unknown) for intent in understand(message)):
            reports.append(f"You also wrote “{_short(message)}”. I did nothing about it.")
        else:
            reports.append(
                f"You also wrote “{_short(message)}”. {(yield from _follow(message, past, checks))}"
            )
    return "\n\n".join(reports)


def _follow(text: str, past: Past, checks: int) -> Story[str]:
    """Do what a message asks for, in order, up to the first thing that cannot be done."""
    intents = _known(text)
    reports: list[str] = []
    for place, intent in enumerate(intents):
        if isinstance(intent, Unknown) and len(intents) > 1:
            reports.append(f"I did nothing about “{_short(intent.text)}”, which I do not understand.")
            continue
        try:
            reports.append((yield from _perform(intent, past, checks)))
        except CannotGoOn as trouble:
            left = len(intents) - place - 1
            after = f" I did not go on to the {left} thing{'' if left == 1 else 's'} you asked for after it."
            reports.append(f"{trouble}{after if left else ''}")
            break
    return "\n\n".join(reports)


def _known(text: str) -> list[Intent]:
    """What a message asks for: without greetings beside it, and as one where no part of it is understood."""
    intents: list[Intent] = [intent for intent in understand(text) if not isinstance(intent, Explain)]
    unknown = [intent for intent in intents if isinstance(intent, Unknown)]
    if unknown and len(unknown) == len(intents):
        return [Unknown(text, work=any(intent.work for intent in unknown))]
    return intents or [Explain()]


def _perform(intent: Intent, past: Past, checks: int) -> Story[str]:
    match intent:
        case MakeSite():
            return (yield from make_site(intent, checks=checks))
        case OpenPage():
            return (yield from open_page(intent))
        case Summarise():
            return (yield from summarise(intent, past))
        case Run():
            return (yield from commands.run(intent))
        case Wait():
            return (yield from commands.wait(intent))
        case Write():
            return (yield from commands.write(intent))
        case Read():
            return (yield from commands.read(intent))
        case Edit():
            return (yield from commands.edit(intent))
        case Ask():
            return (yield from ask(intent))
        case Change():
            return (yield from change(intent, past, checks=checks))
        case Explain():
            return ABILITIES
        case Unknown():
            return (yield from _beyond(intent, past))


def _beyond(intent: Unknown, past: Past) -> Story[str]:
    report = (yield from research(intent, past)) if intent.work else ""
    did = report or f"I did nothing: “{_short(intent.text)}” takes more than fixed rules."
    return f"{did}\n\n{REAL_MODEL if report else ABILITIES}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 120 else f"{plain[:117]}…"
