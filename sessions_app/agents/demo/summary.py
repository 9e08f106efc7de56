"""Summaries by counting words: the sentences that hold most of a page's frequent words, unchanged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .history import Past
from .intents import OpenPage, Summarise, Unknown
from .phrases import addresses
from .questions import answered
from .story import CannotGoOn, Result, Story, do, must

SUMMARY = "summary.md"
BULLETS = 5

_COMMON = frozenset(
    "a about after all also an and any are as at be because been but by can do for from had has have he"
    " her his how i if in into is it its may more most my no not of on one or other our out she so some"
    " such than that the their them then there these they this to up was we were what when which who"
    " will with would you your".split()
)


@dataclass(frozen=True)
class Found:
    """What one page said."""

    title: str
    url: str
    sentences: Sequence[str]

    def markdown(self, heading: str) -> str:
        bullets = "\n".join(f"- {sentence}" for sentence in self.sentences)
        return f"{heading} {self.title}\n\n{self.url}\n\n{bullets}\n"


def open_page(wanted: OpenPage) -> Story[str]:
    result = yield from must("open_page", aim=f"open {wanted.url}", url=wanted.url)
    title, note = _shown(result)
    return " ".join(part for part in (f"I opened {wanted.url}. Its title is “{title}”.", note) if part)


def summarise(wanted: Summarise, past: Past) -> Story[str]:
    found = yield from _read(wanted.url, past)
    text = found.markdown("#")
    yield from must("write_file", aim=f"write {SUMMARY}", say="I write the summary.", path=SUMMARY, text=text)
    yield from must(
        "save_artifact", aim=f"save {SUMMARY}", path=SUMMARY, title=f"Summary of {found.title}"[:100]
    )
    how = f"the {len(found.sentences)} sentences that hold most of the page's frequent words"
    return f"I saved {SUMMARY} as an artifact. I am a demo: I picked {how}, and changed none.\n\n{text}"


def research(wanted: Unknown, past: Past) -> Story[str]:
    """Work that takes a mind, done as far as fixed rules go: from pages or facts that the person names."""
    answer = yield from answered(
        f"I am the demo model and cannot find things out by myself. Which pages should I read for"
        f" “{wanted.text[:200]}”? Send their addresses, or the facts to write down, one a line; or “none”.",
        think="This takes more than fixed rules. Given addresses or facts, a part of it can be done.",
    )
    if re.fullmatch(r"\W*(?:no|none|nothing|no thanks?|skip|never ?mind|stop)?\W*", answer, re.IGNORECASE):
        return ""
    urls = addresses(answer)
    body, told = (
        (yield from _read_all(urls, past)) if urls else (_facts(answer), ["It holds the facts you sent."])
    )
    if not body:
        return "\n".join(["I wrote nothing, because no page could be used.", "", *told])
    text = f"# Notes\n\nAsked for: {' '.join(wanted.text.split())}\n\n{body}"
    yield from must("write_file", aim=f"write {SUMMARY}", say="I write the page.", path=SUMMARY, text=text)
    yield from must("save_artifact", aim=f"save {SUMMARY}", path=SUMMARY, title="Notes")
    return "\n".join(
        [f"I saved {SUMMARY} as an artifact. It is no research: I compared and judged nothing.", "", *told]
    )


def best_sentences(text: str, count: int) -> list[str]:
    """The sentences with the highest mean frequency of their words, in the order of the page."""
    sentences = _sentences(text)
    words = Counter(word for sentence in sentences for word in _words(sentence))

    def weight(place: int) -> tuple[float, int]:
        own = _words(sentences[place])
        return -sum(words[word] for word in own) / (len(own) + 3), place

    return [sentences[place] for place in sorted(sorted(range(len(sentences)), key=weight)[:count])]


def _read(url: str, past: Past) -> Story[Found]:
    if url:
        opened = yield from must("open_page", aim=f"open {url}", say=f"I open {url}.", url=url)
        note = _shown(opened)[1]
        if re.search(r"\b[45]\d\d\b", note):
            raise CannotGoOn(f"I did not summarise {url}: {note}")
    elif not past.page_address:
        raise CannotGoOn("No page is open, so there is nothing to summarise. Name its address.")
    page = yield from must("read_page", aim="read the page")
    address = url or past.page_address
    text = page.text.partition("\n\nText:\n")[2].rpartition("\n\nOutline:\n")[0]
    sentences = best_sentences(text, BULLETS)
    if not sentences:
        raise CannotGoOn(f"I could not summarise {address}: it has no whole sentences to choose from.")
    return Found(_shown(page)[0] or address, address, sentences)


def _shown(result: Result) -> tuple[str, str]:
    """The title of the page that a tool showed, and the browser's note on it."""
    first, _, rest = result.text.partition("\n")
    found = re.fullmatch(r"Page: (.*) \(\S*\)", first)
    note = rest.partition("Text of the page:")[0] if "Text of the page:" in rest else ""
    return found[1].strip() if found else "", note.strip()


def _read_all(urls: Sequence[str], past: Past) -> Story[tuple[str, list[str]]]:
    """The Markdown of every page that could be read, and a line on each page for the person."""
    body, told = [], []
    for number, url in enumerate(urls):
        yield from do("report_progress", text=f"Reading {url}"[:200], percent=100 * number // len(urls))
        try:
            found = yield from _read(url, past)
        except CannotGoOn as trouble:
            told.append(f"- {trouble}")
        else:
            body.append(found.markdown("##"))
            told.append(f"- From {url} it holds {len(found.sentences)} sentences, unchanged.")
    return "\n".join(body), told


def _facts(answer: str) -> str:
    return "".join(f"- {line.strip(' -*•')}\n" for line in answer.splitlines() if line.strip(" -*•"))


def _sentences(text: str) -> list[str]:
    """Whole sentences, each once. No questions: at the end of a summary they would seem to be ours."""
    found: dict[str, None] = {}
    for line in text.splitlines():
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])", " ".join(line.split())):
            if sentence.endswith((".", "!", "”")) and 5 <= len(sentence.split()) <= 60:
                found[sentence] = None
    return list(found)


def _words(sentence: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", sentence.lower()) if word not in _COMMON]
