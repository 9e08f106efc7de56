"""The transcript as a person reads it: steps, each an opening event with those that follow it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from .event import Event
from .event_kinds import KINDS
from .lifecycle import OVER
from .session import Session

WINDOW_STEPS = 60
TAKES_TIME = (
    "command_started",
    "page_opened",
    "page_acted",
    "screen_acted",
)  # their end is an event that follows
ENDS_THE_TASK = frozenset({"completed", "failed", "cancelled", "expired"})
COUNTED = [kind.name for kind in KINDS.values() if kind.counts]
SHORT_CHARACTERS = 1_200  # a closed body that is longer comes when it is opened


@dataclass(frozen=True)
class Step:
    """One thing that happened, with all that was written of it up to now."""

    opener: Event
    followers: Sequence[Event] = field(default=())

    @property
    def seq(self) -> int:
        return self.opener.seq

    @property
    def kind(self) -> str:
        return self.opener.kind

    @property
    def at(self) -> datetime:
        return self.opener.created_at

    @property
    def payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = self.opener.payload
        return payload

    @property
    def can_be_gone_back_to(self) -> bool:
        """See `rewinding.joint`."""
        return self.kind in ("instructed", "thought", "said") or "call_id" in self.payload

    @property
    def words(self) -> dict[str, Any]:
        """What a message says, as it was last edited."""
        return self.then.get("message_edited", self.payload)

    @property
    def then(self) -> dict[str, dict[str, Any]]:
        """What followed, by kind; the last of each."""
        return {event.kind: event.payload for event in self.followers}

    @property
    def is_unfinished(self) -> bool:
        return self.kind in TAKES_TIME and not self.followers

    @property
    def is_live(self) -> bool:
        """Under way. What a stopped task left unfinished is not."""
        return self.is_unfinished and not (self.opener.task and self.opener.task.status in OVER)

    @property
    def is_bad(self) -> bool:
        ended = self.then.get("command_ended", {"exit_code": 0})
        went_wrong = ended.get("exit_code") != 0 and ended.get("reason") != "stopped"
        return went_wrong or self.kind == "tool_failed" or "step_failed" in self.then

    @property
    def is_open_at_first(self) -> bool:
        """Closed is the rule; what runs, what broke and what is there to be looked at is open."""
        return self.is_live or self.is_bad or self.kind == "artifact_saved" or self.has_picture

    @property
    def has_picture(self) -> bool:
        return not self.then.keys().isdisjoint({"page_shown", "screen_shown"})

    @property
    def is_long(self) -> bool:
        texts = (value for event in (self.opener, *self.followers) for value in event.payload.values())
        return sum(len(text) for text in texts if isinstance(text, str)) > SHORT_CHARACTERS


class Window(NamedTuple):
    """Some steps in order, and how many there are before and after them."""

    steps: list[Step]
    earlier: int
    later: int


def window(session: Session, *, before: int | None = None, count: int = WINDOW_STEPS) -> Window:
    """The last steps, or the last ones before a seq, as of `session.last_seq`. A step is never cut."""
    openers = session.events.openers().filter(seq__lte=session.last_seq)
    end = session.last_seq + 1 if before is None else before
    shown = list(openers.filter(seq__lt=end).select_related("by", "task").order_by("-seq")[:count])[::-1]
    earlier = openers.filter(seq__lt=shown[0].seq).count() if shown else 0
    later = openers.filter(seq__gte=end).count() if before is not None else 0
    return Window(_steps(session.pk, shown, up_to=session.last_seq), earlier, later)


def counted_up_to(session: Session, seq: int) -> int:
    """How a person would number the step that this event opens."""
    return session.events.filter(kind__in=COUNTED, seq__lte=seq).count()


def step_at(session: Session, seq: int) -> Step | None:
    opener = session.events.openers().select_related("by", "task").filter(seq=seq).first()
    return _steps(session.pk, [opener], up_to=session.last_seq)[0] if opener else None


class Grown(NamedTuple):
    """What a piece of transcript does to the page: steps to add, and steps already there to draw anew."""

    added: list[Step]
    changed: list[Step]


def grown(session_id: int, events: Sequence[Event]) -> Grown:
    """The steps that these consecutive events opened or changed, as they are after the last of them."""
    opened = {event.seq for event in events if KINDS[event.kind].drawing == "opens"}
    followed = {event.step for event in events if event.step is not None} - opened
    touched = Event.objects.filter(session=session_id, seq__in=opened | followed)
    openers = list(touched.select_related("by", "task").order_by("seq")) if opened | followed else []
    if any(event.kind in ENDS_THE_TASK for event in events):
        known = {event.seq for event in openers}
        openers += [event for event in _unfinished(session_id, events[-1].seq) if event.seq not in known]
    steps = _steps(session_id, openers, up_to=events[-1].seq)
    return Grown(
        added=[step for step in steps if step.seq in opened],
        changed=[step for step in steps if step.seq not in opened],
    )


def _unfinished(session_id: int, up_to: int) -> Iterable[Event]:
    follower = Event.objects.filter(session=session_id, step=OuterRef("seq"))
    took_time = Event.objects.filter(session=session_id, kind__in=TAKES_TIME, seq__lte=up_to)
    return took_time.exclude(Exists(follower)).select_related("by", "task").order_by("seq")


def _steps(session_id: int, openers: Sequence[Event], *, up_to: int) -> list[Step]:
    followers: dict[int | None, list[Event]] = defaultdict(list)
    if openers:
        seqs = [event.seq for event in openers]
        found = Event.objects.filter(session=session_id, step__in=seqs, seq__lte=up_to)
        for event in found.order_by("seq"):
            followers[event.step].append(event)
    return [Step(event, tuple(followers[event.seq])) for event in openers]
