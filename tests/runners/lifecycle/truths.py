"""What holds of a session after whatever happened to it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pydantic_ai.messages import ModelResponse, ToolReturnPart

from sessions_app.agents.memory import Memory
from sessions_app.artifacts.store import BlobStore
from sessions_app.models import OVER, Session, Status, Task
from sessions_app.models.event_kinds import KINDS
from sessions_app.runners.recall import recall

ENDS = {"completed", "failed", "cancelled", "expired"}


class Truths:
    """Looks at one session again and again, and remembers what must not change any more."""

    def __init__(self, session: Session, store: BlobStore) -> None:
        self._session = session
        self._store = store
        self._told: list[tuple[int, str, Any]] = []
        self._over: dict[int, dict[str, Any]] = {}

    def check(self) -> None:
        session = Session.objects.get(pk=self._session.pk)
        events = list(session.events.order_by("seq"))
        assert [event.seq for event in events] == list(range(1, session.last_seq + 1))
        told = [(event.seq, event.kind, event.payload) for event in events]
        assert told[: len(self._told)] == self._told, "what was told has changed"
        self._told = told
        assert session.steps == sum(KINDS[event.kind].counts for event in events)
        tasks = list(Task.objects.filter(session=session).order_by("number"))
        assert sum(task.status not in OVER for task in tasks) <= 1
        for task in tasks:
            self._check_task(task)
        self._check_messages(session)
        self._check_memory(session)

    def _check_task(self, task: Task) -> None:
        own = [(kind, payload) for seq, kind, payload in self._told if seq in self._seqs_of(task)]
        returned = Counter(payload["call_id"] for kind, payload in own if kind == "returned")
        assert set(returned.values()) <= {1}, "a call has two results"
        assert task.actions == returned.total()
        started = Counter(payload["call_id"] for kind, payload in own if kind == "command_started")
        assert set(started.values()) <= {1}, "a command has two steps"
        ends = [kind for kind, _ in own if kind in ENDS]
        assert len(ends) == (1 if task.status in OVER else 0)
        held = task.attempts.filter(ended_at=None).count()
        assert held == (1 if task.status == Status.IN_PROGRESS else 0), "as many hold it as its status says"
        if task.status in OVER:
            assert task.rerun is None, "a wish to go again is lost"
            row = dict(Task.objects.filter(pk=task.pk).values().get())
            assert self._over.setdefault(task.pk, row) == row, "what is over has changed"
            assert not task.questions.filter(closed_at=None).exists()

    def _seqs_of(self, task: Task) -> set[int]:
        return set(task.events.values_list("seq", flat=True))

    def _check_messages(self, session: Session) -> None:
        """Each message is read at most once, in the order in which they were sent, and none taken back."""
        read = [payload["message"] for _, kind, payload in self._told if kind == "message_read"]
        assert read == sorted(set(read))
        assert set(read) == set(session.messages.exclude(read_at=None).values_list("pk", flat=True))
        assert not session.messages.exclude(read_at=None).exclude(withdrawn_at=None).exists()

    def _check_memory(self, session: Session) -> None:
        """At each moment a model could be asked: every call has one result, right after it."""
        memory = Memory(self._store.read)
        for entry in recall(session):
            memory.append(entry)
            open_calls: list[str] = []
            for message in memory.messages():
                results = [part.tool_call_id for part in message.parts if isinstance(part, ToolReturnPart)]
                assert results == open_calls, "calls and results do not belong together"
                calls = message.tool_calls if isinstance(message, ModelResponse) else []
                open_calls = [call.tool_call_id for call in calls]
            assert open_calls == []
