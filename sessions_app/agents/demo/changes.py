"""Follow-ups: changing the site or the document that this session made last."""

from __future__ import annotations

import html
import re

from .chart import bars_in, svg_chart
from .history import Past, Saved
from .intents import Change
from .palette import COLOURS
from .publishing import SITE, publish
from .questions import answered
from .site import PAGE, SECTIONS, STYLES, section, title_of
from .story import CannotGoOn, Story, must

CHART = "chart.svg"
NOTHING_YET = (
    "This session has made nothing yet that I could change. First ask for a one-page site or a summary."
)


def change(wanted: Change, past: Past, *, checks: int) -> Story[str]:
    made = next((one for one in reversed(past.saved) if one.path == SITE or one.path.endswith(".md")), None)
    if made is None:
        raise CannotGoOn(NOTHING_YET)
    if (PAGE if made.path == SITE else made.path) not in past.files:
        raise CannotGoOn(
            f"I no longer see how I made {made.path}, so I changed nothing. Ask me to make it anew."
        )
    title = title_of(wanted.value) if wanted.what == "title" else made.title
    if made.path == SITE:
        done = yield from _change_site(wanted, title, past)
        report = yield from publish(title, subject=done.rstrip("."), checks=checks)
        return f"{done}\n\n{report} The site is saved as a new version."
    if wanted.what == "chart":
        return (yield from _draw_beside(wanted, made, past.files[made.path]))
    done = yield from _change_document(wanted, title, made.path, past.files[made.path])
    yield from must("save_artifact", aim=f"save {made.path}", path=made.path, title=title)
    return f"{done} {made.path} is saved as a new version. It says now:\n\n{past.files[made.path]}"


def _change_site(wanted: Change, title: str, past: Past) -> Story[str]:
    page = past.files[PAGE]
    match wanted.what:
        case "shorter":
            return (yield from _cut_section(page))
        case "longer":
            return (yield from _add_section(page))
        case "chart":
            chart = yield from _chart(wanted.value, title=title, fill="var(--accent)")
            yield from _replace(PAGE, "  </main>", f"    <figure>\n{chart}\n    </figure>\n  </main>")
            return "Added a chart."
        case "colour":
            return (yield from _recolour(wanted.value, past.files.get(STYLES, "")))
        case "title":
            for tag in ("title", "h1"):
                old = re.search(rf"<{tag}>.*?</{tag}>", page)
                yield from _replace(PAGE, old[0] if old else "", f"<{tag}>{html.escape(title)}</{tag}>")
            return f"Changed the title to “{title}”."


def _cut_section(page: str) -> Story[str]:
    sections = re.findall(r'    <section id="\w+">\n.*?</section>\n', page, re.DOTALL)
    if len(sections) < 2:
        raise CannotGoOn("The page has one section left, so I did not make it shorter.")
    yield from _replace(PAGE, sections[-1], "")
    heading = re.search(r"<h2>(.*?)</h2>", sections[-1])
    return f"Took out the section “{heading[1] if heading else 'at the end'}”."


def _add_section(page: str) -> Story[str]:
    missing = next((one for one in SECTIONS if f'id="{one[0]}"' not in page), None)
    if missing is None:
        raise CannotGoOn("The page has all the sections that I know, so I did not make it longer.")
    yield from _replace(PAGE, "  </main>", f"{section(*missing)}  </main>")
    return f"Added the section “{missing[1]}”."


def _recolour(colour: str, styles: str) -> Story[str]:
    old = re.search(r"--accent: [^;]+;", styles)
    if colour not in COLOURS or not old:
        raise CannotGoOn(f"I changed nothing. The colours I know are {', '.join(COLOURS)}.")
    yield from _replace(STYLES, old[0], f"--accent: {COLOURS[colour]};")
    return f"Made the colour {colour}."


def _change_document(wanted: Change, title: str, path: str, text: str) -> Story[str]:
    if wanted.what == "title":
        yield from _replace(path, f"{text.partition(chr(10))[0]}\n", f"# {title}\n")
        return f"Changed the title to “{title}”."
    if wanted.what != "shorter":
        raise CannotGoOn(f"I cannot change {path} in that way, and changed nothing.")
    points = re.findall(r"^- .*\n", text, re.MULTILINE)
    kept = (len(points) + 1) // 2
    if kept == len(points):
        raise CannotGoOn(f"{path} is as short as I can make it, so I changed nothing.")
    for point in points[kept:]:
        yield from _replace(path, point, "")
    return f"Kept {kept} of {len(points)} points."


def _draw_beside(wanted: Change, made: Saved, text: str) -> Story[str]:
    """A Markdown document cannot hold a drawing: the chart becomes a picture beside it."""
    numbers = wanted.value or (text if bars_in(text) else "")
    chart = yield from _chart(numbers, title=made.title, fill=COLOURS["blue"])
    yield from must("write_file", aim=f"write {CHART}", path=CHART, text=f"{chart}\n")
    yield from must("save_artifact", aim=f"save {CHART}", path=CHART, title=f"Chart for {made.title}"[:100])
    return f"I drew a chart and saved it as an artifact, {CHART}."


def _chart(numbers: str, *, title: str, fill: str) -> Story[str]:
    """A chart of these numbers, else of those that the person answers with."""
    if not bars_in(numbers):
        numbers = yield from answered(
            "Which numbers should the chart show? Send at least two, each with its name, as in: Mon 3, Tue 5."
        )
    if not bars_in(numbers):
        raise CannotGoOn("I drew no chart: your answer has no two numbers with names.")
    return svg_chart(bars_in(numbers), title=title, fill=fill)


def _replace(path: str, old: str, new: str) -> Story[None]:
    if old == new:
        raise CannotGoOn("It is so already, so I changed nothing.")
    yield from must("edit_file", aim=f"change {path}", path=path, old=old, new=new)
