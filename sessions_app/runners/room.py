from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import cast

from asgiref.sync import sync_to_async
from django.utils import timezone

from sessions_app.agents.policy import Policy
from sessions_app.computers.base import Computer, Computers
from sessions_app.computers.results import ComputerKind, ComputerSpec
from sessions_app.models import Computer as ComputerRow
from sessions_app.models import Session


class ComputerRoom:
    """The computer of one session, for one attempt: opened when first asked for, let go at the end."""

    def __init__(self, computers: Computers, spec: ComputerSpec, session: Session) -> None:
        self._computers = computers
        self._spec = spec
        self._session = session
        self._computer: Computer | None = None
        self._opening = asyncio.Lock()

    async def computer(self) -> Computer:
        """Opens it, or opens it anew when it was lost. Raises ComputerUnavailable."""
        async with self._opening:
            if self._computer is not None and self._computer.lost:
                await self.close()
            if self._computer is None:
                row = await sync_to_async(self._row)()
                await self._fill(row)
                spec = replace(self._spec, kind=cast(ComputerKind, row.kind))
                self._computer = await self._computers.open(row.uuid.hex, spec)
                await sync_to_async(self._note)(row, self._computer.boot_id)
            return self._computer

    async def hold_to(self, policy: Policy) -> None:
        """Let an open computer reach what the policy says now, and cut what it reaches besides."""
        if self._computer is not None and not self._computer.lost:
            await self._computer.allow_hosts(policy.reachable)

    async def close(self) -> None:
        if self._computer is not None:
            await self._computer.disconnect()
            self._computer = None

    async def _fill(self, row: ComputerRow) -> None:
        """A fork's computer begins with the files of the session that it was forked from, others with those
        of their environment.
        """
        if row.boot:
            return
        limit_mb = self._spec.limits.disk_mb
        if source := await sync_to_async(self._source)():
            await self._computers.copy(source.uuid.hex, row.uuid.hex, limit_mb=limit_mb)
        elif kept := await sync_to_async(lambda: self._session.environment)():
            await self._computers.copy(kept.uuid.hex, row.uuid.hex, limit_mb=limit_mb, whole=True)

    def _source(self) -> ComputerRow | None:
        """The computer that has run and is next in the line of forks."""
        one = self._session.forked_from
        while one is not None:
            ran = ComputerRow.objects.filter(session=one).exclude(boot="").first()
            if ran is not None:
                return ran
            one = one.forked_from
        return None

    def _row(self) -> ComputerRow:
        kind = {"kind": self._session.agent.computer_kind}
        row, _ = ComputerRow.objects.get_or_create(session=self._session, defaults=kind)
        return row

    def _note(self, row: ComputerRow, boot: str) -> None:
        now = timezone.now()
        started = {} if row.boot == boot else {"boot": boot, "started_at": now}
        ComputerRow.objects.filter(pk=row.pk).update(used_at=now, **started)
