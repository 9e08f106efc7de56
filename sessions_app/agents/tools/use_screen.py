from __future__ import annotations

import asyncio
import time
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import Desk, JsonValue, StepState, ToolResult, Written
from sessions_app.computers import actions
from sessions_app.computers.actions import Action, Picture
from sessions_app.computers.base import Computer
from sessions_app.computers.results import Display

from .base import Tool, failure
from .wording import direction, short

_INTERRUPTED = (
    "This was interrupted, and it is not known whether the screen took it. It was not done again. "
    "Take a screenshot to see how things stand."
)
_POINTED = frozenset({"click", "double_click", "right_click", "drag", "scroll"})


class UseScreen(Tool):
    """One act with mouse or keyboard on a desktop, or a look at it."""

    tool_name: ClassVar[str] = "use_screen"

    action: Literal[
        "screenshot", "click", "double_click", "right_click", "drag", "type", "hotkey", "scroll", "wait"
    ]
    x: int | None = Field(None, ge=0)
    y: int | None = Field(None, ge=0)
    to_x: int | None = Field(None, ge=0)
    to_y: int | None = Field(None, ge=0)
    text: str = Field("", max_length=actions.TYPED_CHARACTERS)
    secret: str = Field("", max_length=64, description="Instead of text: the name of a secret to type.")
    keys: list[str] = Field(default_factory=list, max_length=6)
    dx: int = 0
    dy: int = 0
    seconds: float = Field(1.0, ge=0, le=actions.WAIT_MILLISECONDS / 1000)

    @model_validator(mode="after")
    def _has_what_its_action_needs(self) -> Self:
        if self.action in _POINTED and (self.x is None or self.y is None):
            raise ValueError(f"{self.action} needs x and y")
        if self.action == "drag" and (self.to_x is None or self.to_y is None):
            raise ValueError("drag needs to_x and to_y")
        if self.action == "type" and bool(self.text) == bool(self.secret):
            raise ValueError("type needs text, or else secret")
        if self.action == "hotkey" and not self.keys:
            raise ValueError("hotkey needs keys")
        if self.action == "scroll" and not (self.dx or self.dy):
            raise ValueError("scroll needs dx or dy")
        return self

    async def wanted(self, policy: Policy, desk: Desk) -> Wanted | None:
        if self.action in ("screenshot", "wait"):
            return None
        typed = f"\nTyped: {self.text}" if self.text else ""
        return policy.of_screen(f"On the desktop: {self.in_words()}{typed}")

    async def run(self, desk: Desk) -> ToolResult:
        secrets = await desk.secrets() if self.secret else {}
        if self.secret and self.secret not in secrets:
            return failure(
                self.tool_name,
                f"There is no secret {self.secret}. Ask for it with ask_user, kind secret, secret_name.",
            )
        computer = await desk.computer()
        action = self._action(desk, computer.display, secrets.get(self.secret, self.text))
        told: dict[str, JsonValue] = {"action": self.in_words(), "boot": computer.boot_id}
        if self.action in _POINTED:
            told |= {"x": getattr(action, "x", None), "y": getattr(action, "y", None)}
        state = await desk.open_step("screen_acted", **{k: v for k, v in told.items() if v is not None})
        if state is not StepState.NEW and self.action not in ("screenshot", "wait"):
            return failure(self.tool_name, _INTERRUPTED, step_is_open=True)
        return await self._done(desk, computer, action)

    async def _done(self, desk: Desk, computer: Computer, action: Action) -> ToolResult:
        began = time.monotonic()
        screen = await computer.screen()
        done = await screen.act(action)
        if done.error_message:
            return failure(self.tool_name, done.error_message, step_is_open=True)
        picture = done.result.get("screenshot") or await screen.look()
        return await _shown(desk, picture, done.note, seconds=time.monotonic() - began)

    def in_words(self) -> str:
        """What was done, for the person: clicked at 40, 12."""
        at = f"at {self.x}, {self.y}"
        match self.action:
            case "screenshot":
                return "looked at the screen"
            case "click" | "double_click" | "right_click":
                return f"{self.action.replace('_', '-')}ed {at}"
            case "drag":
                return f"dragged from {self.x}, {self.y} to {self.to_x}, {self.to_y}"
            case "type":
                return f"typed the secret {self.secret}" if self.secret else f"typed “{short(self.text)}”"
            case "hotkey":
                return f"pressed {'+'.join(self.keys)}"
            case "scroll":
                return f"scrolled {direction(self.dx, self.dy)} {at}"
            case "wait":
                return f"waited {self.seconds:g} s"

    def _action(self, desk: Desk, display: Display, text: str) -> Action:
        """In the display's own pixels."""
        x, y = desk.sight.point(self.x or 0, self.y or 0, display.width, display.height)
        match self.action:
            case "click":
                return actions.Click(x, y)
            case "double_click":
                return actions.DoubleClick(x, y)
            case "right_click":
                return actions.RightClick(x, y)
            case "drag":
                to = desk.sight.point(self.to_x or 0, self.to_y or 0, display.width, display.height)
                return actions.Drag(x, y, *to)
            case "type":
                return actions.Type(text)
            case "hotkey":
                return actions.KeyPress(tuple(self.keys))
            case "scroll":
                return actions.Scroll(x, y, self.dx, self.dy)
            case "wait":
                return actions.Wait(round(self.seconds * 1000))
            case "screenshot":
                return actions.Screenshot()


async def _shown(desk: Desk, picture: Picture, note: str, *, seconds: float) -> ToolResult:
    image = await asyncio.to_thread(desk.sight.shown, picture.data, picture.width, picture.height)
    told: dict[str, JsonValue] = {
        "screenshot": await desk.keep(picture.data, picture=True),
        "width": picture.width,
        "height": picture.height,
        "seconds": round(seconds, 3),
        "note": note[:500],
    }
    across, down = desk.sight.size(picture.width, picture.height)
    points = "from 0 to 999" if desk.sight.thousandths else f"pixels of {across} by {down}"
    text = f"This is the screen now. Points on it are {points}. {note}".strip()
    return ToolResult(text, image=image, events=(Written("screen_shown", told, follows=True),))
