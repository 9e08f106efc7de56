"""Running a command to its end, as a tool of an agent would."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sessions_app.computers.base import Computer
from sessions_app.computers.results import CommandEnded, Output


@dataclass(frozen=True)
class Ran:
    stdout: str
    stderr: str
    ended: CommandEnded

    @property
    def exit_code(self) -> int:
        return self.ended.exit_code


async def run(
    computer: Computer,
    command: str,
    *,
    timeout_seconds: float | None = 30,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
) -> Ran:
    call_id = new_call()
    await computer.start_command(call_id, command, timeout_seconds=timeout_seconds, stdin=stdin, env=env)
    return await result_of(computer, call_id)


async def result_of(computer: Computer, call_id: str) -> Ran:
    pieces, ended = await followed(computer, call_id)
    streams = {"stdout": b"", "stderr": b""}
    for piece in pieces:
        streams[piece.stream] += piece.data
    return Ran(streams["stdout"].decode(), streams["stderr"].decode(), ended)


async def followed(computer: Computer, call_id: str, *, offset: int = 0) -> tuple[list[Output], CommandEnded]:
    pieces: list[Output] = []
    async for told in computer.follow(call_id, offset=offset):
        if isinstance(told, CommandEnded):
            return pieces, told
        pieces.append(told)
    raise AssertionError("follow() ended without CommandEnded")


def new_call() -> str:
    return f"call_{uuid.uuid4().hex}"
