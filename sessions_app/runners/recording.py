from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import F

from sessions_app.agents.memory import dumped
from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import Asked, Desk, Thought, ToolResult, Written
from sessions_app.agents.sight import Sight
from sessions_app.models import ArtifactVersion, Session, Task, approval, question
from sessions_app.models.event_kinds import TEXT_LIMIT_BYTES, sound
from sessions_app.models.model_call import Usage, record_call

from .desk import RowDesk
from .holding import Holding
from .room import ComputerRoom
from .under_way import AnswerUnderWay
from .usage import usage_of
from .words import doing

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse, ToolCallPart

    from sessions_app.agents.summarising import Summary

QUIET_SECONDS = 1.0  # a thought that is kept to itself is shown when it took at least this long


class RowRecord:
    """Writes what happened as events, each in the transaction of its change. The `Record` of agents/ports."""

    def __init__(self, holding: Holding, room: ComputerRoom) -> None:
        self._holding = holding
        self._room = room
        self._desks: dict[str, RowDesk] = {}
        self._under_way = AnswerUnderWay(holding)
        self._retrying_step: int | None = None
        self._adjusted: set[str] = set()
        self.sight = Sight()  # of the model that is asked

    async def responded(
        self,
        response: ModelResponse,
        *,
        seconds: float,
        thought_seconds: float | None,
        cost_usd: Decimal | None,
    ) -> ModelResponse:
        response = self._holding.masking.response(response)
        dump = sound(dumped(response))
        usage = usage_of(response, cost_usd)
        memory: dict[str, Any] = {"response": dump}
        if len(data := json.dumps(dump, ensure_ascii=False).encode()) > TEXT_LIMIT_BYTES:
            memory = {"blob": await self._holding.keep(data, as_it_is=True)}
        memory |= {"seconds": round(seconds, 1), "usage": usage.as_payload()}
        drawn: list[tuple[str, dict[str, Any]]] = []
        thought, took = _thought(response), round(thought_seconds or 0.0, 1)
        if thought or took >= QUIET_SECONDS:
            drawn.append(("thought", {**await self._holding.cut(thought), "seconds": took}))
        if said := (response.text or "").strip():
            drawn.append(("said", await self._holding.cut(said)))
        await self._under_way.end()
        self._retrying_step = None
        await self._holding.write(partial(self._write_response, memory, usage, drawn))
        return response

    def _write_response(
        self,
        memory: dict[str, Any],
        usage: Usage,
        drawn: list[tuple[str, dict[str, Any]]],
        session: Session,
    ) -> None:
        self._under_way.drop()
        for kind, payload in drawn:
            self._holding.append(session, kind, payload)
        event = self._holding.append(session, "model_responded", memory)
        record_call(session, self._holding.task, usage, seconds=memory["seconds"], seq=event.seq)
        self._holding.opened.clear()

    async def thinking(self, thought: Thought) -> None:
        await self._under_way.thinking(thought)

    async def saying(self, text: str) -> None:
        await self._under_way.saying(text)

    async def retrying(self, *, tries: int, reason: str, delay_seconds: float) -> None:
        payload = {"tries": tries, "reason": reason[:500], "delay_seconds": round(delay_seconds, 1)}
        kind = "model_retrying" if self._retrying_step is None else "model_retried"
        await self._under_way.end()
        written = await self._holding.write(partial(self._retry, kind, payload))
        self._retrying_step = self._retrying_step or written

    def _retry(self, kind: str, payload: dict[str, Any], session: Session) -> int:
        self._under_way.drop()
        return self._holding.append(session, kind, payload, step=self._retrying_step).seq

    async def adjusted(self, text: str) -> None:
        if text not in self._adjusted:
            await self._holding.write(partial(self._write_adjusted, text))
            self._adjusted.add(text)

    def _write_adjusted(self, text: str, session: Session) -> None:
        told = session.events.filter(task=self._holding.task, kind="adjusted")
        if all(event.payload["text"] != text for event in told):
            self._holding.append(session, "adjusted", {"text": text})

    async def summarised(self, summary: Summary, *, kept: int, cost_usd: Decimal | None) -> None:
        payload = {
            "kept": kept,
            **await self._holding.cut(summary.text),
            "seconds": round(summary.seconds, 1),
            "trouble": summary.trouble[:500],
        }
        usage = usage_of(summary.response, cost_usd) if summary.response else None
        await self._holding.write(partial(self._write_summary, payload, usage))

    def _write_summary(self, payload: dict[str, Any], usage: Usage | None, session: Session) -> None:
        event = self._holding.append(session, "summarised", payload)
        if usage:
            record_call(session, self._holding.task, usage, seconds=payload["seconds"], seq=event.seq)

    def desk(self, call: ToolCallPart) -> Desk:
        desk = self._desks[call.tool_call_id] = RowDesk(
            self._holding, self._room, call.tool_call_id, self.sight
        )
        return desk

    async def returned(self, call: ToolCallPart, result: ToolResult) -> ToolResult:
        result = replace(result, text=self._holding.masking.text(sound(result.text)))
        payload: dict[str, Any] = {"call_id": call.tool_call_id, "tool": call.tool_name}
        payload |= await self._holding.cut(result.text)
        payload |= {name: True for name in ("failed", "unusable") if getattr(result, name)}
        if result.image is not None:
            payload["image"] = await self._holding.keep(result.image.data, as_it_is=True)
            payload["image_type"] = result.image.media_type
        if desk := self._desks.pop(call.tool_call_id, None):
            await desk.end_live()
        await self._holding.write(partial(self._write_result, payload, result.events))
        return result

    def _write_result(self, payload: dict[str, Any], events: Sequence[Written], session: Session) -> None:
        call_id = payload["call_id"]
        step = self._holding.opened.pop(call_id, None)
        now = ""
        for event in events:
            follows = event.follows and step is not None
            kind = "step_failed" if follows and event.kind == "tool_failed" else event.kind
            told = {"call_id": call_id, **event.payload}
            written = self._holding.append(session, kind, told, step=step.seq if follows and step else None)
            if kind == "artifact_saved":
                saved = ArtifactVersion.objects.filter(pk=told["version"], step=None)
                saved.update(step=written.seq)
            now = doing(kind, written.payload) or now
        self._holding.drop_tails(call_id)
        self._holding.append(session, "returned", payload)
        changes: dict[str, Any] = {"actions": F("actions") + 1}
        if now:
            changes["doing"] = now
        Task.objects.filter(pk=self._holding.task.pk).update(**changes)

    async def ask(self, call: ToolCallPart, asked: Asked) -> None:
        mask = self._holding.masking.text
        choices = [
            question.ChoiceRow(label=mask(c.label), detail=mask(c.detail), irreversible=c.irreversible)
            for c in asked.choices
        ]

        def open_question(session: Session) -> None:
            if session.questions.filter(task=self._holding.task, call_id=call.tool_call_id).exists():
                return
            question.ask(
                session,
                self._holding.task,
                mask(asked.question),
                kind=asked.kind,
                choices=choices,
                call_id=call.tool_call_id,
                deadline_minutes=asked.deadline_minutes,
                default=mask(asked.default),
                secret_name=asked.secret_name,
                accept=asked.accept,
            )

        await self._holding.write(open_question)

    async def policy(self) -> Policy:
        return (await self._holding.situation()).policy

    async def ask_to_allow(self, call: ToolCallPart, wanted: Wanted) -> None:
        needs = [approval.NeedRow(rule=need.rule, subject=need.subject) for need in wanted.needs]
        shown = self._holding.masking.text(sound(wanted.shown))

        def open_question(session: Session) -> None:
            task, call_id = self._holding.task, call.tool_call_id
            if not session.questions.filter(task=task, call_id=call_id).exists():
                approval.ask(session, task, call_id=call_id, needs=needs, text=shown, digest=wanted.digest)

        await self._holding.write(open_question)

    async def stop_commands(self) -> bool:
        """End what calls run now, as if each had ended by itself. False when none runs a command."""
        return any([await desk.stop_command() for desk in self._desks.values()])


def _thought(response: ModelResponse) -> str:
    return "\n\n".join(
        part.content for part in response.parts if part.part_kind == "thinking" and part.content
    )
