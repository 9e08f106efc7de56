"""The pieces of a page that travel after the first render, and the only place that draws them.

The page includes each piece through here or from the same template, so a piece that was pushed and one that
was reloaded are the same text. Only the envelope differs: `put` wraps a piece in the place it goes to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from .models import Agent, Event, Limit, Question, QuestionKind, Session, Status, Tail
from .models.overview import Row
from .models.steering import choices_of
from .models.steps import Step, grown


@dataclass(frozen=True)
class Audience:
    """Those who are shown the same text: viewers get no forms, and times are said in a time zone."""

    directs: bool
    zone: str = "UTC"

    @contextmanager
    def at_home(self) -> Iterator[None]:
        with timezone.override(zone_named(self.zone) or ZoneInfo("UTC")):
            yield


def zone_named(name: str) -> ZoneInfo | None:
    """None when there is no such zone; the name is a stranger's word."""
    try:
        return ZoneInfo(name) if 0 < len(name) < 64 else None
    except (LookupError, OSError, ValueError):
        return None


def put(target: str, piece: str, *, swap: str = "outerMorph") -> SafeString:
    """A piece in its envelope: where it goes, as a selector, and how. Other pages ignore it."""
    drawn = mark_safe(piece)  # noqa: S308  templates escape
    return format_html('<hx-partial hx-target="{}" hx-swap="{}">{}</hx-partial>', target, swap, drawn)


def steps(session: Session, shown: Iterable[Step], *, whole: bool = False) -> SafeString:
    """Each step's `<li>`. With `whole`, a long body is in it even where it is closed."""
    drawn = (_drawn(session, step, layout="events/step.html", whole=whole).strip() for step in shown)
    return mark_safe("\n".join(drawn))  # noqa: S308  templates escape


def body(session: Session, step: Step) -> SafeString:
    """What a step shows when it is opened."""
    return _drawn(session, step, layout="events/body.html")


def _drawn(session: Session, step: Step, *, layout: str, whole: bool = False) -> SafeString:
    context = {"session": session, "step": step, "layout": layout, "whole": whole}
    return render_to_string(f"events/_{step.kind}.html", context)


def growth(session: Session, events: Sequence[Event]) -> SafeString:
    """What these consecutive events do to a page: steps put at the end, and steps in it brought up to date.

    A step that is in the page already is changed in place, so that an opened one stays open.
    """
    news = grown(session.pk, events)
    parts = [put("#steps", steps(session, news.added), swap="beforeend")] if news.added else []
    parts += [put(f"#step-{step.seq}", steps(session, [step], whole=True)) for step in news.changed]
    return mark_safe("".join(parts))  # noqa: S308  made above


class Place(NamedTuple):
    """Where a piece of the page is, the template that draws it, and whether viewers have it too."""

    selector: str
    template: str
    for_all: bool = True


SESSION_PLACES = (
    Place("#session-title", "session/_title.html"),
    Place("#session-badge", "session/_status.html"),
    Place("#session-facts", "session/_facts.html"),
    Place(".heard-from", "session/_heard_from.html"),
    Place("#session-stop", "session/_stop.html", for_all=False),
    Place("#session-state", "session/_state.html"),
    Place("#approval", "session/_approval.html", for_all=False),
    Place("#composer-face", "session/_composer_face.html", for_all=False),
    Place("#control", "computer/_control.html"),
    Place("#panel-artifacts", "session/_artifacts.html"),
    Place(".artifacts-count", "session/_artifacts_count.html"),
)


class ComposerWords(NamedTuple):
    """What the box invites to, and what its button is called."""

    placeholder: str
    button: str


_RETRY = ComposerWords("Say what to do differently, then try again", "Send and retry")
COMPOSER_WORDS: dict[str, ComposerWords] = {
    Status.PENDING: ComposerWords("Add to the task before it starts", "Add"),
    Status.IN_PROGRESS: ComposerWords("Add guidance for the next step", "Send"),
    Status.WAITING_FOR_INPUT: ComposerWords("Answer in your own words", "Send and continue"),
    Status.PAUSED: ComposerWords("Say something for when it goes on", "Send"),
    Status.COMPLETED: ComposerWords("Ask for a change, or start the next thing", "Send"),
    Status.FAILED: _RETRY,
    Status.CANCELLED: ComposerWords("Say how to go on", "Send and continue"),
    Status.EXPIRED: _RETRY,
}
_DECIDE = ComposerWords("Add guidance. It is read once this is decided", "Send")
_CHOOSE = ComposerWords("Add a note, or answer in your own words", "Send and continue")
_AT_LIMIT = ComposerWords("Add a note for the agent", "Send and continue")
_AT_BUDGET = ComposerWords("Add another amount, such as 2.50, or a note for the agent", "Send and continue")
QUESTION_WORDS: dict[str, ComposerWords] = {
    QuestionKind.CHOOSE_ONE: _CHOOSE,
    QuestionKind.CHOOSE_SEVERAL: _CHOOSE,
    QuestionKind.FILE: ComposerWords("Add a note, or say why not", "Send and continue"),
    QuestionKind.TAKE_OVER: ComposerWords("Or answer in your own words", "Send and continue"),
    QuestionKind.SECRET: ComposerWords("Or say why not. Never write the secret here", "Save and continue"),
}


def session_context(row: Row, *, directs: bool) -> dict[str, Any]:
    """What the pieces of a session's page are drawn from."""
    return {
        "row": row,
        "session": row.session,
        "task": row.task,
        "directs": directs,
        "choices": choices_of(row.task, row.session) if directs else None,
        "words": _words(row),
    }


def _words(row: Row) -> ComposerWords:
    if row.approval:
        return _DECIDE
    return question_words(row.question) if row.question else COMPOSER_WORDS[row.task.status]


def question_words(question: Question) -> ComposerWords:
    if question.about:
        return _AT_BUDGET if question.about in (Limit.BUDGET, Limit.SPACE_BUDGET) else _AT_LIMIT
    return QUESTION_WORDS.get(question.kind, COMPOSER_WORDS[Status.WAITING_FOR_INPUT])


def session_pieces(row: Row, *, directs: bool) -> dict[str, str]:
    """Each piece by its place. A viewer has no composer and no stop button to bring up to date."""
    context = session_context(row, directs=directs)
    places = [place for place in SESSION_PLACES if directs or place.for_all]
    pieces: dict[str, str] = {place.selector: render_to_string(place.template, context) for place in places}
    for artifact in row.artifacts:
        newer = {"session": row.session, "artifact": artifact}
        pieces[f"#newer-{artifact.pk}"] = render_to_string("artifacts/_newer.html", newer)
    return pieces


def live_pieces(session: Session, tails: Sequence[Tail]) -> dict[str, str]:
    """The live end of what is under way: each command's output, what is thought, the answer being written."""
    pieces: dict[str, str] = {
        f"#step-{tail.step}-output": _output(tail) for tail in tails if tail.step is not None
    }
    parts = {tail.call_id == Tail.THINKING: tail for tail in tails if tail.step is None}
    thinking = {"session": session, "thought": parts.get(True)}
    saying = {"session": session, "text": parts[False].text if False in parts else ""}
    return {
        **pieces,
        "#thinking": render_to_string("session/_thinking.html", thinking),
        "#saying": render_to_string("session/_saying.html", saying),
    }


def _output(tail: Tail) -> str:
    return render_to_string("events/parts/_output.html", {"seq": tail.step, "text": tail.text})


COUNTS = ("needs-count", "needs-count-bar", "needs-count-back")  # the places that say how many wait


def space_pieces(rows: Sequence[Row], agents: Sequence[Agent], waiting: int) -> dict[str, str]:
    """The rows of sessions, the agents with their most urgent status, and how many sessions wait."""
    pieces: dict[str, str] = {
        f"#row-{row.session.pk}": render_to_string("sessions/_row.html", {"row": row}) for row in rows
    }
    for row in rows:
        title = render_to_string("sessions/_card_title.html", {"session": row.session})
        pieces[f"#card-title-{row.session.pk}"] = title
        if row.answered:
            pieces[f"#card-note-{row.answered.payload['question']}"] = _card_note(row.answered)
    pieces["#side-agents"] = render_to_string("components/_side_agents.html", {"agents": agents})
    for place in COUNTS:
        context = {"waiting_count": waiting, "place": place}
        pieces[f"#{place}"] = render_to_string("components/_needs_count.html", context)
    return pieces


def _card_note(answered: Event) -> str:
    """On the card of a question that somebody else answered: the card goes only when nobody is at it."""
    return render_to_string(
        "sessions/_card_note.html", {"pk": answered.payload["question"], "answered": answered}
    )


def card_refusal(question_pk: int, reason: str) -> SafeString:
    """Why an answer from a card was not taken; what was written stays."""
    note = render_to_string("sessions/_card_note.html", {"pk": question_pk, "refusal": reason})
    return put(f"#card-note-{question_pk}", note)


def envelopes(pieces: Mapping[str, str]) -> str:
    return "".join(put(selector, piece) for selector, piece in pieces.items())


def approval_refusal(reason: str) -> SafeString:
    """Why a decision was not taken, at the foot of what was to be decided."""
    return put("#approval-error", f'<p class="err" id="approval-error" role="alert">{escape(reason)}</p>')


def refusal(reason: str) -> SafeString:
    """Why a form was not taken, at the foot of the composer; what was written stays."""
    return put("#composer-error", f'<p class="err" id="composer-error" role="alert">{escape(reason)}</p>')
