"""A local computer, as a worker holds it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, BinaryIO

from sessions_app.computers import base
from sessions_app.computers.errors import FileTooLarge
from sessions_app.computers.results import (
    Changes,
    CommandEnded,
    Commit,
    CommittedFile,
    ComputerSpec,
    Display,
    FileChange,
    FoundFile,
    Output,
)

from . import workspace
from .browser import LocalBrowser
from .connection import Connection
from .desktop_screen import DesktopScreen
from .page_screen import PageScreen
from .places import Place
from .tabs import Tabs

POLL_SECONDS = 20.0


class LocalComputer(base.Computer):
    def __init__(self, place: Place, spec: ComputerSpec, connection: Connection, *, boot_id: str) -> None:
        self.computer_id = place.computer_id
        self.kind = spec.kind
        self.boot_id = boot_id
        self._place = place
        self._spec = spec
        self._connection = connection
        self._tabs: Tabs | None = None
        self._desktop: DesktopScreen | None = None

    @property
    def lost(self) -> bool:
        return self._connection.lost

    async def start_command(
        self,
        call_id: str,
        command: str,
        *,
        timeout_seconds: float | None = None,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
    ) -> None:
        await self._connection.call(
            "start",
            call_id=call_id,
            command=command,
            timeout_seconds=timeout_seconds,
            stdin=base64.b64encode(stdin).decode(),
            env=dict(env or {}),
        )

    async def follow(self, call_id: str, *, offset: int = 0) -> AsyncIterator[Output | CommandEnded]:
        while True:
            answer = await self._connection.call(
                "read", call_id=call_id, offset=offset, wait_seconds=POLL_SECONDS
            )
            for place, stream, data in answer["pieces"]:
                yield Output(place, stream, base64.b64decode(data))
            offset = answer["next"]
            if answer["ended"] is not None:
                yield CommandEnded(**answer["ended"])
                return

    async def stop_command(self, call_id: str) -> None:
        await self._connection.call("stop", call_id=call_id)

    async def read_file(self, path: str, *, limit_bytes: int = base.READ_LIMIT_BYTES) -> bytes:
        return await asyncio.to_thread(
            workspace.read_beneath, self._place.workspace, path, limit_bytes=limit_bytes
        )

    async def write_file(self, call_id: str, path: str, data: bytes) -> None:
        if len(data) > base.WRITE_LIMIT_BYTES:
            raise FileTooLarge(f"{path} would be larger than 10 MiB.")
        text = base64.b64encode(data).decode()
        await self._connection.call("write", call_id=call_id, path=path, data=text)

    async def edit_file(
        self, call_id: str, path: str, old: str, new: str, *, everywhere: bool = False
    ) -> int:
        replaced: int = await self._connection.call(
            "edit", call_id=call_id, path=path, old=old, new=new, everywhere=everywhere
        )
        return replaced

    async def changes(self, call_id: str) -> Changes:
        found = await self._connection.call("changes", call_id=call_id)
        return Changes(
            files=[FileChange(**change) for change in found["files"]],
            more_files=found["more_files"],
            commits=[_commit(commit) for commit in found["commits"]],
        )

    async def find_files(self, path: str, *, limit_files: int = 2000) -> Sequence[FoundFile]:
        return await asyncio.to_thread(
            workspace.find_files, self._place.workspace, path, limit_files=limit_files
        )

    def open_file(self, path: str) -> BinaryIO:
        return workspace.open_file(self._place.workspace, path)

    @property
    def display(self) -> Display:
        return self._tabs.display if self._tabs is not None else Display(self._spec.width, self._spec.height)

    async def browser(self) -> LocalBrowser:
        return LocalBrowser(await self._open_tabs(), self._connection)

    async def screen(self) -> base.Screen:
        if self.kind == "desktop":
            if self._desktop is None:
                self._desktop = DesktopScreen(self._place, self._connection)
            await self._desktop.connect()
            return self._desktop
        tabs = await self._open_tabs()
        return PageScreen(tabs, LocalBrowser(tabs, self._connection))

    async def _open_tabs(self) -> Tabs:
        if self._tabs is None:
            self._tabs = Tabs(self._place, self._spec, self._connection)
        await self._tabs.connect()
        return self._tabs

    async def allow_hosts(self, hosts: Sequence[str] | None) -> None:
        await self._connection.call("allow_hosts", hosts=None if hosts is None else list(hosts))

    async def refused_hosts(self, call_id: str) -> Sequence[str]:
        refused: list[str] = await self._connection.call("refused_hosts", call_id=call_id)
        return refused

    async def disconnect(self) -> None:
        if self._tabs is not None:
            await self._tabs.close()
        if self._desktop is not None:
            await self._desktop.close()
        await self._connection.close()


def _commit(found: dict[str, Any]) -> Commit:
    return Commit(**{**found, "files": [CommittedFile(**file) for file in found["files"]]})
