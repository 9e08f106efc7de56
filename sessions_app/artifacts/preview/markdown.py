"""Markdown, rendered. What an agent wrote may not load anything, run anything, or pass for the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.kinds import as_text
from sessions_app.artifacts.store import Content

from .code import code_preview, coloured
from .text import SourcePreview

LIMIT_BYTES = 256 * 1024  # hostile text of 1 MB takes 15 s
COLOURED_CHARACTERS = 64 * 1024  # of a document whose code is coloured
ANCHOR = "part-"  # before each heading's id, so that none can take the place of one of ours
BOX = '<div class="x" tabindex="0"><table>'  # scrolls sideways by itself, by keys too
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TAGS = {
    *_HEADINGS,
    *"a blockquote br code del em hr li ol p pre s span strong table tbody td th thead tr ul".split(),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "ol": {"start"},
    "span": {"class"},
    **{heading: {"id"} for heading in _HEADINGS},
}


@dataclass(frozen=True)
class MarkdownPreview:
    shape: ClassVar[str] = "markdown"
    html: SafeString


def markdown_preview(file: KeptFile, store: Content) -> MarkdownPreview | SourcePreview:
    if file.size_bytes > LIMIT_BYTES:
        return code_preview(file, store, notice="It is larger than 256 KB. This is its source.")
    return MarkdownPreview(rendered(as_text(store.read(file.sha256))))


def rendered(text: str, *, anchors: bool = True) -> SafeString:
    """Markdown as HTML that is safe in a page of ours. Anchors are for a page that shows one text only."""
    parser = _parser if len(text) <= COLOURED_CHARACTERS else _plain_parser
    html = nh3.clean(
        parser.render(text, {"anchors": anchors}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept_attribute,
        allowed_classes={"td": {"n"}, "th": {"n"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    boxed = html.replace("<table>", BOX).replace("</table>", "</table></div>")
    return mark_safe(boxed)  # noqa: S308 (nh3 has just cleaned it)


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    """A relative link would lead into the dashboard; within the document it may."""
    if name == "href" and not value.startswith((f"#{ANCHOR}", "http://", "https://", "mailto:")):
        return None
    if name == "id" and not value.startswith(ANCHOR):
        return None
    return value


def _make_parser(*, coloured_code: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "highlight": _highlighted if coloured_code else None})
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.push("fit", _fit)
    parser.add_render_rule("image", _image_as_link)
    return parser


def _highlighted(code: str, language: str, _attributes: str) -> str:
    return str(coloured(code, language))


def _fit(state: Any) -> None:
    """Headings get an id, and links to "#a-heading" find it. They go down one level: the page has its h1."""
    for place, token in enumerate(state.tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = _HEADINGS[min(_HEADINGS.index(token.tag) + 1, 5)]
        if token.type == "heading_open" and state.env["anchors"]:
            token.attrSet("id", ANCHOR + slugify(state.tokens[place + 1].content))
        if token.type in ("th_open", "td_open"):
            style = str(token.attrs.pop("style", ""))  # our pages allow no styles within the text
            token.attrs.update({"class": "n"} if style.endswith("right") else {})
        for inner in token.children or ():
            target = str(inner.attrGet("href") or "") if inner.type == "link_open" else ""
            if target.startswith("#"):
                inner.attrSet("href", f"#{ANCHOR}{target[1:]}")


def _image_as_link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any
) -> str:
    """A picture on somebody's server would tell them who reads this, and when. A link waits for a click."""
    return format_html('<a href="{}">{}</a>', tokens[place].attrGet("src"), tokens[place].content or "Image")


_parser = _make_parser(coloured_code=True)
_plain_parser = _make_parser(coloured_code=False)
