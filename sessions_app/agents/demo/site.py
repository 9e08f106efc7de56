"""Making a one-page site from a topic and a style. It invents no facts: it says which to fill in."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from .intents import MakeSite
from .palette import COLOURS
from .publishing import SITE, publish
from .questions import answered
from .story import Call, CannotGoOn, Step, Story

PAGE = f"{SITE}/index.html"
STYLES = f"{SITE}/style.css"
LONGEST_TITLE = 80
LONGEST_TOPIC = 200

_TEMPLATES = Path(__file__).parent / "page"


@dataclass(frozen=True)
class Style:
    label: str
    detail: str
    accent: str
    paper: str
    card: str
    heading: str


BRIGHT = Style(
    "Bright", "White, with blue and strong headings.", COLOURS["blue"], "#ffffff", "#eef3fb", "system-ui"
)
CALM = Style(
    "Calm", "Warm paper, brown and quiet headings.", COLOURS["brown"], "#faf6ee", "#ffffff", "Georgia, serif"
)
STYLES_OFFERED = (BRIGHT, CALM)

# id, heading, text. The first four make a new page; the others make it longer.
SECTIONS = (
    ("about", "In short", "Say in two or three sentences what this is about and whom it is for."),
    ("offer", "What people will find", "Name the three things that matter most to them, one sentence each."),
    ("facts", "Good to know", "Fill in the place, the days and hours, and what it costs."),
    ("contact", "Get in touch", "Fill in a name and one way to reach you that you are happy to make public."),
    ("story", "How it began", "Tell in a few sentences when it started, and why."),
    ("questions", "Questions people ask", "Write down the two questions you hear most, with your answers."),
)
FIRST_SECTIONS = 4


def make_site(wanted: MakeSite, *, checks: int) -> Story[str]:
    plan = (
        "Ask for the style, write the page and its stylesheet, look at it, check it, commit it and save it."
    )
    topic = wanted.topic
    if not topic:
        topic = yield from answered("What should the page be about?", think=plan)
        plan = ""
    topic = " ".join(topic.split())[:LONGEST_TOPIC]
    title = title_of(topic)
    style, answer = yield from _chosen_style(title, plan)
    yield from _write(title, topic, style)
    report = yield from publish(title, subject=f"Make a page about {topic}", checks=checks)
    took = (
        ""
        if answer is None
        else f" You answered “{answer}”, which is neither of the two styles, so I took this."
    )
    return (
        f"I made a one-page site, “{title}”, in the {style.label.lower()} style.{took}"
        f" I am a demo and know nothing of your topic: its {FIRST_SECTIONS} sections say what to fill in.\n\n"
        f"{report} The site is saved as an artifact."
    )


def title_of(topic: str) -> str:
    plain = " ".join(topic.split()).rstrip(" .,;:!?")[:LONGEST_TITLE].strip()
    return plain[:1].upper() + plain[1:] or "Untitled"


def section(name: str, heading: str, text: str) -> str:
    return f'    <section id="{name}">\n      <h2>{heading}</h2>\n      <p>{text}</p>\n    </section>\n'


def _chosen_style(title: str, plan: str) -> Story[tuple[Style, str | None]]:
    """The style, and the answer where it named none."""
    choices = [{"label": style.label, "detail": style.detail} for style in STYLES_OFFERED]
    question = f"Which style should “{title}” have?"
    answer = yield from answered(question, kind="choose_one", choices=choices, think=plan)
    named = [style for style in STYLES_OFFERED if style.label.lower() in answer.lower()]
    return (named[0], None) if len(named) == 1 else (BRIGHT, answer)


def _write(title: str, topic: str, style: Style) -> Story[None]:
    calls = (
        Call("report_progress", {"text": "Writing the page", "percent": 30}),
        Call("write_file", {"path": PAGE, "text": _page(title, topic, SECTIONS[:FIRST_SECTIONS])}),
        Call("write_file", {"path": STYLES, "text": _styles(style)}),
    )
    results = yield Step(calls, say=f"I write the page in the {style.label.lower()} style.")
    for call, result in zip(calls[1:], results[1:], strict=True):
        if not result.ok:
            raise CannotGoOn(f"I could not write {call.arguments['path']}: {result.reason}")


def _page(title: str, topic: str, sections: Sequence[tuple[str, str, str]]) -> str:
    template = Template((_TEMPLATES / "index.html").read_text(encoding="utf-8"))
    body = "".join(section(*one) for one in sections)
    return template.substitute(title=html.escape(title), topic=html.escape(topic), sections=body)


def _styles(style: Style) -> str:
    template = Template((_TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return template.substitute(accent=style.accent, paper=style.paper, card=style.card, heading=style.heading)
