from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import (
    LIVE_TEXT_BYTES,
    PAYLOAD_TEXT_BYTES,
    Desk,
    JsonValue,
    StepState,
    ToolResult,
    Written,
)
from sessions_app.computers.base import Computer
from sessions_app.computers.errors import ComputerLost
from sessions_app.computers.results import CommandEnded

from .base import Tool
from .changed import changes_as_events, summary
from .clipping import MODEL_TEXT_BYTES, readable
from .output import KeptOutput

_LOST = (
    "The computer was restarted while this command ran. What it printed last may be missing here, and it was "
    "not run again. The files in /workspace are kept; running programs, exported variables and the directory "
    "are gone. Look at what the command had done, then go on."
)


class Bash(Tool):
    tool_name: ClassVar[str] = "bash"

    command: str = Field(min_length=1, max_length=100_000)
    timeout_seconds: int = Field(120, ge=1, le=3600, description="The command is ended after this time.")

    async def wanted(self, policy: Policy, desk: Desk) -> Wanted | None:
        return policy.of_command(self.command)

    async def run(self, desk: Desk) -> ToolResult:
        computer = await desk.computer()
        state = await desk.open_step("command_started", command=self._shown_command(), boot=computer.boot_id)
        output, began = KeptOutput(), time.monotonic()
        if state is StepState.INTERRUPTED:
            return await _lost(desk, output, seconds=0.0)
        try:
            ended = await self._follow(desk, computer, output)
            changes = await computer.changes(desk.call_id)
            refused = await computer.refused_hosts(desk.call_id)
        except ComputerLost:
            return await _lost(desk, output, seconds=time.monotonic() - began)
        closing = await _ended_event(
            desk,
            output,
            exit_code=ended.exit_code,
            seconds=ended.duration_seconds,
            reason=ended.reason,
        )
        text = "\n".join(part for part in (_told(ended, output), summary(changes), _missed(refused)) if part)
        return ToolResult(text, events=(closing, *await changes_as_events(desk, changes, by="command")))

    async def _follow(self, desk: Desk, computer: Computer, output: KeptOutput) -> CommandEnded:
        """Start the command, or find it again, and pass on what it prints."""
        seconds, secrets = await self._timeout_seconds(desk), await desk.secrets()
        await computer.start_command(desk.call_id, self.command, timeout_seconds=seconds, env=secrets)
        async for news in computer.follow(desk.call_id):
            if isinstance(news, CommandEnded):
                return news
            output.add(news.data, offset=news.offset)
            await desk.live(readable(output.ending(LIVE_TEXT_BYTES)))
        raise ComputerLost("The computer ended while the command ran.")

    async def _timeout_seconds(self, desk: Desk) -> int:
        """As asked, or what is left of the task's time where that is less."""
        left = await desk.seconds_left()
        return self.timeout_seconds if left is None else max(1, min(self.timeout_seconds, math.ceil(left)))

    def _shown_command(self) -> str:
        limit = PAYLOAD_TEXT_BYTES // 2
        return self.command if len(self.command) <= limit else f"{self.command[:limit]} …"


async def _ended_event(
    desk: Desk, output: KeptOutput, *, exit_code: int | None, seconds: float, reason: str
) -> Written:
    shown = output.text(PAYLOAD_TEXT_BYTES - 128)
    payload: dict[str, JsonValue] = {
        "exit_code": exit_code,
        "seconds": round(seconds, 3),
        "reason": reason,
        "output": shown,
        "output_bytes": output.total_bytes,
    }
    # Control characters take more room in an event than they take here, so that it may have to cut them.
    if max(output.total_bytes, len(json.dumps(shown))) > PAYLOAD_TEXT_BYTES - 128:
        payload["output_blob"] = await desk.keep(output.kept())
    return Written("command_ended", payload, follows=True)


async def _lost(desk: Desk, output: KeptOutput, *, seconds: float) -> ToolResult:
    event = await _ended_event(desk, output, exit_code=None, seconds=seconds, reason="lost")
    printed = output.text(MODEL_TEXT_BYTES - 1024)
    return ToolResult(f"{_LOST}\n{printed}".rstrip(), events=(event,), failed=True)


def _missed(hosts: Sequence[str]) -> str:
    if not hosts:
        return ""
    return f"Refused by the rules of this agent: {', '.join(hosts)}. Call request_network to ask for a host."


def _told(ended: CommandEnded, output: KeptOutput) -> str:
    how = f"Exit code {ended.exit_code}, after {ended.duration_seconds:.1f} s."
    if ended.reason == "timed_out":
        how = f"Ended with its children because its time was up, after {ended.duration_seconds:.0f} s."
    elif ended.reason == "stopped":
        how = f"Stopped by a person after {ended.duration_seconds:.1f} s."
    printed = output.text(MODEL_TEXT_BYTES - 2048).rstrip("\n") or "(no output)"
    return f"{printed}\n[{how}]"
