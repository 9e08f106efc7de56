from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from asgiref.sync import sync_to_async

from sessions_app.artifacts.store import BlobStore
from sessions_app.models import Attempt, Event, Session, Tail, Task
from sessions_app.models.event_kinds import cut, fitted, sound
from sessions_app.models.secret import inherited_by, secrets_of

from .masking import Masking
from .situation import Situation, Situations

Result = TypeVar("Result")


@dataclass(frozen=True)
class OpenStep:
    """A step that a call has opened. `boot` is that of the computer it was opened on."""

    seq: int
    kind: str
    boot: str


@dataclass
class Holding:
    """A task in the hands of this worker. Every write is fenced: a worker that lost it writes nothing.

    And every text that it writes is without the secrets that it knows.
    """

    task: Task
    attempt: Attempt
    store: BlobStore
    opened: dict[str, OpenStep] = field(default_factory=dict)  # by call id, of calls without a result
    masking: Masking = field(default_factory=Masking)
    tails: set[str] = field(default_factory=set)  # the call ids that a tail was written for
    _situations: Situations = field(init=False)

    def __post_init__(self) -> None:
        self._situations = Situations(self.task)

    @property
    def session(self) -> Session:
        return self.task.session

    async def write(self, change: Callable[[Session], Result]) -> Result:
        """Run a change in a transaction that only the holder of the task can make. Raises Fenced."""

        def fenced() -> Result:
            with self.task.held(self.attempt.fence) as session:
                return change(session)

        return await sync_to_async(fenced)()

    async def situation(self) -> Situation:
        """As things stand at this moment."""
        return await sync_to_async(self._situations.now)()

    async def secrets(self) -> dict[str, str]:
        """The session's secrets as they are now; from here on they are kept out of what is written.

        So are those of the sessions that it was forked from: it has a copy of their files.
        """

        def read() -> tuple[dict[str, str], list[dict[str, str]]]:
            return secrets_of(self.session), inherited_by(self.session)

        values, inherited = await sync_to_async(read)()
        for known in (values, *inherited):
            self.masking.learn(known)
        return values

    async def keep(self, data: bytes, *, as_it_is: bool = False) -> str:
        """Store bytes durably; the digest. Before the transaction that names it."""

        def put() -> str:
            return self.store.put(data if as_it_is else self.masking.data(data))

        return await sync_to_async(put, thread_sensitive=False)()

    async def cut(self, text: str) -> dict[str, Any]:
        """A text as payload keys: as it is, or cut with the digest of the whole."""
        text = self.masking.text(sound(text))
        beginning = cut(text)
        if beginning == text:
            return {"text": text}
        return {"text": beginning, "blob": await self.keep(text.encode(), as_it_is=True)}

    def read_open_steps(self) -> None:
        """Find the steps that calls without a result have opened: another worker began what we go on with."""
        last = self.session.events.filter(kind="model_responded").order_by("seq").last()
        since = self.session.events.after(last.seq if last else 0)
        self.opened = {
            event.payload["call_id"]: OpenStep(event.seq, event.kind, event.payload.get("boot", ""))
            for event in since.openers().exclude(kind="approval_asked")  # asked about, not begun
            if event.payload.get("call_id")
        }

    def append(
        self, session: Session, kind: str, payload: dict[str, Any], *, step: int | None = None
    ) -> Event:
        return session.append(kind, fitted(self.masking.value(sound(payload))), task=self.task, step=step)

    def drop_tails(self, *call_ids: str) -> None:
        if written := self.tails.intersection(call_ids):
            Tail.objects.filter(task=self.task, call_id__in=written).delete()
            self.tails -= written
