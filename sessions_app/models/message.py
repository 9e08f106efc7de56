from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import models
from django.utils import timezone

from .event_kinds import shown
from .session import Session
from .task import INSTRUCTION_LIMIT, Task
from .user import User

MESSAGE_LIMIT = INSTRUCTION_LIMIT  # the next task may begin with it; conversation.checked holds both
new_key = uuid.uuid4


class MessageRefused(ValueError):
    """The message was read or taken back already, or belongs to somebody else. Says which."""


class MessageQuerySet(models.QuerySet["Message"]):
    def unread(self) -> MessageQuerySet:
        """What the agent has still to read; until then its writer may change it or take it back."""
        return self.filter(read_at=None, withdrawn_at=None)


class Message(models.Model):
    """What a person sent to a task under way; it waits here until the agent reads it before its next step."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="messages")
    task = models.ForeignKey(Task, models.CASCADE, related_name="messages")
    key = models.UUIDField(default=uuid.uuid4)
    text = models.TextField(max_length=MESSAGE_LIMIT)
    step = models.PositiveBigIntegerField()  # seq of the event that shows it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "key"], name="a_form_sends_one_message")]

    def __str__(self) -> str:
        return self.text[:60]

    def edit(self, text: str, *, by: User) -> None:
        """Say it otherwise. Raises MessageRefused when it was read or taken back, or is not this person's."""
        with self._while_unread(by) as session:
            if text != self.text:
                Message.objects.filter(pk=self.pk).update(text=text, edited_at=timezone.now())
                told = {**shown(text), "message": self.pk, "by_name": by.shown_name}
                session.append("message_edited", told, task=self.task, step=self.step, by=by)
        self.refresh_from_db()

    def withdraw(self, *, by: User) -> None:
        """Take it back: the agent never reads it. Raises MessageRefused as `edit` does."""
        with self._while_unread(by) as session:
            Message.objects.filter(pk=self.pk).update(withdrawn_at=timezone.now())
            told = {"message": self.pk, "by_name": by.shown_name}
            session.append("message_withdrawn", told, task=self.task, step=self.step, by=by)
        self.refresh_from_db()

    @contextmanager
    def _while_unread(self, by: User) -> Iterator[Session]:
        """A transaction in which no worker can read it."""
        with self.session.writing() as session:
            self.refresh_from_db()
            if self.by_id != by.pk and not session.space.is_managed_by(by):
                whose = self.by.shown_name if self.by else "Somebody who has left"
                raise MessageRefused(f"{whose} wrote this. Only its writer or an admin can change it.")
            if self.withdrawn_at is not None:
                raise MessageRefused("It was taken back already.")
            if self.read_at is not None:
                read = session.events.filter(kind="message_read", step=self.step).latest("seq")
                raise MessageRefused(f"It was read at step {read.payload['at_step']} already.")
            yield session


def put_in_queue(session: Session, task: Task, text: str, *, by: User, key: uuid.UUID) -> Message:
    """Leave a message for a task under way. Called while the session's row is held."""
    message = Message(session=session, task=task, text=text, by=by, key=key, step=session.last_seq + 1)
    message.save()
    session.append("message_sent", {**shown(text), "message": message.pk}, task=task, by=by)
    return message


def read_messages(task: Task, *, fence: int) -> list[Message]:
    """Hand the session's unread messages to its worker, oldest first, and note that it read them.

    Those that an earlier task left unread when it was stopped are among them; what was taken back is not.
    """
    unread_ones = Message.objects.unread().filter(session=task.session_id)
    if not unread_ones.exists():
        return []
    with task.held(fence) as session:
        unread = list(unread_ones)
        for message in unread:
            read = {"message": message.pk, "at_step": session.steps}
            session.append("message_read", read, task=task, step=message.step)
        Message.objects.filter(pk__in=[message.pk for message in unread]).update(read_at=timezone.now())
    return unread
