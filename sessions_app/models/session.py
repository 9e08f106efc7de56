from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from . import bell
from .event import Event
from .event_kinds import KINDS, PAYLOAD_LIMIT_BYTES, PayloadRefused, size_of
from .space import OfSpace
from .user import User

if TYPE_CHECKING:
    from .task import Task

TITLE_LIMIT = 120


class _Held(threading.local):
    """The sessions whose rows this thread's transaction holds, by their keys."""

    def __init__(self) -> None:
        self.rows: dict[int, Session] = {}


_held = _Held()


class Session(models.Model):
    """One conversation with one agent: its tasks, transcript, artifacts and computer, all context kept."""

    space = models.ForeignKey("Space", models.CASCADE, related_name="sessions")
    agent = models.ForeignKey("Agent", models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=TITLE_LIMIT)
    titled_by_person = models.BooleanField(default=False)
    key = models.UUIDField(null=True, editable=False)  # of the form that dispatched it
    last_seq = models.PositiveBigIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    environment = models.ForeignKey("Environment", models.SET_NULL, null=True, related_name="+")
    forked_from = models.ForeignKey("self", models.RESTRICT, null=True, related_name="forks")
    forked_at = models.PositiveBigIntegerField(null=True)  # seq there; what came before it is remembered
    latest_task = models.ForeignKey("Task", models.SET_NULL, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)  # when somebody last opened it after it had ended
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OfSpace["Session"].as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["space", "key"], name="a_form_dispatches_one_session"),
        ]

    def __str__(self) -> str:
        return self.title

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that holds this session's row; whoever else writes to the session waits.

        Every write to a session, its tasks, messages and questions goes through here, and in this order:
        session first, then the rest. So nothing deadlocks, and nobody decides on what is changing.
        Inside of itself it hands out the row that is held already.
        """
        if (held := _held.rows.get(self.pk)) is not None:
            with _undone_together(held):
                yield held
            return
        with transaction.atomic():
            # On SQLite, which has no SELECT FOR UPDATE, the transaction itself began as the only writer.
            _held.rows[self.pk] = session = Session.objects.select_for_update().get(pk=self.pk)
            before = session.last_seq
            try:
                yield session
                if session.last_seq > before:
                    written = Session.objects.filter(pk=self.pk)
                    written.update(last_seq=session.last_seq, steps=session.steps)
            finally:
                del _held.rows[self.pk]

    def append(
        self,
        kind: str,
        payload: dict[str, Any] | None = None,
        *,
        task: Task | None = None,
        step: int | None = None,
        by: User | None = None,
    ) -> Event:
        """Write the next event of the transcript, in the transaction of the change that it tells of.

        Raises PayloadRefused when the payload has a key that its kind does not know, or is over 8 KB.
        """
        payload = payload or {}
        _check(kind, payload)
        if (held := _held.rows.get(self.pk)) is None:
            with self.writing():
                return self.append(kind, payload, task=task, step=step, by=by)
        # The row is locked until commit: the order of the numbers is the order of the commits.
        with transaction.atomic(savepoint=False):
            held.last_seq += 1
            held.steps += 1 if KINDS[kind].counts else 0
            event = Event.objects.create(
                session=self, task=task, seq=held.last_seq, kind=kind, step=step, payload=payload, by=by
            )
            bell.ring(self.pk)
        self.last_seq, self.steps = held.last_seq, held.steps
        return event

    def rename(self, title: str, *, by: User) -> None:
        """Give it the title a person chose, which nothing else overwrites. Raises ValueError when empty."""
        title = one_line(title)
        if not title:
            raise ValueError("Write a title first.")
        with self.writing() as session:
            Session.objects.filter(pk=self.pk).update(title=title, titled_by_person=True)
            session.append("renamed", {"title": title}, by=by)
        self.title, self.titled_by_person = title, True

    def mark_reviewed(self) -> None:
        """Somebody has opened it. Only what ended since then counts as not reviewed."""
        Session.objects.filter(pk=self.pk).update(reviewed_at=timezone.now())
        self.reviewed_at = timezone.now()
        bell.ring(self.pk)

    @property
    def unreviewed(self) -> bool:
        task = self.latest_task
        ended_at = task.ended_at if task else None
        return bool(ended_at and (self.reviewed_at is None or self.reviewed_at < ended_at))


@contextmanager
def _undone_together(held: Session) -> Iterator[None]:
    """A part of a transaction. Where it is undone, the numbers that it gave to events are free again."""
    before = held.last_seq, held.steps
    try:
        with transaction.atomic():
            yield
    except BaseException:
        held.last_seq, held.steps = before
        raise


def _check(kind: str, payload: dict[str, Any]) -> None:
    unknown = payload.keys() - KINDS[kind].keys
    if unknown:
        raise PayloadRefused(f"A {kind} event knows no {', '.join(sorted(unknown))}.")
    size = size_of(payload)
    if size > PAYLOAD_LIMIT_BYTES:
        raise PayloadRefused(f"The payload of a {kind} event is {size} bytes; keep what is large in a blob.")


def one_line(text: str) -> str:
    """Text as a title: one line, no control characters, cut at a word within 120 characters."""
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", " ", text).split())
    if len(text) <= TITLE_LIMIT:
        return text
    return text[: TITLE_LIMIT - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def title_from(instruction: str) -> str:
    """The first title of a session: the first sentence of what was asked, at most some 80 characters.

    Without the back-ticks of code: a title shows no Markdown.
    """
    first = next((line for line in instruction.splitlines() if line.strip()), "")
    sentence = re.split(r"(?<=[.!?])\s", one_line(first.replace("`", "")), maxsplit=1)[0].rstrip(".")
    if len(sentence) > 80:
        sentence = sentence[:79].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    return sentence or "Untitled"
