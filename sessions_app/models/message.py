from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from .event_kinds import shown
from .session import Session
from .task import Task
from .user import User

MESSAGE_LIMIT = 50_000


class Message(models.Model):
    """What a person sent to a task under way; it waits here until the agent reads it before its next step."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="messages")
    task = models.ForeignKey(Task, models.CASCADE, related_name="messages")
    key = models.UUIDField(default=uuid.uuid4)
    text = models.TextField(max_length=MESSAGE_LIMIT)
    step = models.PositiveBigIntegerField()  # seq of the event that shows it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "key"], name="a_form_sends_one_message")]

    def __str__(self) -> str:
        return self.text[:60]


def put_in_queue(session: Session, task: Task, text: str, *, by: User, key: uuid.UUID) -> Message:
    """Leave a message for a task under way. Called while the session's row is held."""
    message = Message(session=session, task=task, text=text, by=by, key=key, step=session.last_seq + 1)
    message.save()
    session.append("message_sent", {**shown(text), "message": message.pk}, task=task, by=by)
    return message


def read_messages(task: Task, *, fence: int) -> list[Message]:
    """Hand the session's unread messages to its worker, oldest first, and note that it read them.

    Those that an earlier task left unread when it was stopped are among them.
    """
    unread_ones = Message.objects.filter(session=task.session_id, read_at=None)
    if not unread_ones.exists():
        return []
    with task.held(fence) as session:
        unread = list(unread_ones)
        for message in unread:
            read = {"message": message.pk, "at_step": session.steps}
            session.append("message_read", read, task=task, step=message.step)
        Message.objects.filter(pk__in=[message.pk for message in unread]).update(read_at=timezone.now())
    return unread
