from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from sessions_app.agents.policy import Policy, Wanted
from sessions_app.agents.ports import Desk, ToolResult
from sessions_app.computers.errors import FileMissing, FileTooLarge, PathRefused
from sessions_app.computers.results import Display, PageAction

from .base import Tool, failure
from .page import browser_of, do_in_browser
from .wording import direction, short

_TO_DO = {
    **{"clicked": "Click", "typed": "Type", "pressed": "Press", "scrolled": "Scroll"},
    **{"chose": "Choose", "uploaded": "Upload"},
}


class ActOnPage(Tool):
    tool_name: ClassVar[str] = "act_on_page"

    action: Literal["click", "type", "press", "scroll", "select", "upload"]
    name: str = Field("", max_length=1000)
    role: str = Field("", max_length=100)
    x: int | None = None
    y: int | None = None
    text: str = ""
    secret: str = Field("", max_length=64, description="Instead of text: the name of a secret to type.")
    key: str = Field("", max_length=100)
    value: str = Field("", max_length=1000)
    dx: int = 0
    dy: int = 0
    submit: bool = False
    path: str = Field("", max_length=1000)
    accept_dialog: bool = False
    dialog_text: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _has_what_its_action_needs(self) -> Self:
        needs = {
            "click": (bool(self.name) or (self.x is not None and self.y is not None), "name, or x and y"),
            "type": (bool(self.text) != bool(self.secret), "text, or else secret"),
            "press": (bool(self.key), "key"),
            "scroll": (bool(self.dx or self.dy), "dx or dy"),
            "select": (bool(self.name and self.value), "name and value"),
            "upload": (bool(self.name and self.path), "name and path"),
        }
        given, what = needs[self.action]
        if not given:
            raise ValueError(f"{self.action} needs {what}")
        if self.secret and not self.name:
            raise ValueError("a secret is typed into a field by its name: give name")
        return self

    async def wanted(self, policy: Policy, desk: Desk) -> Wanted | None:
        if not policy.asks_about_pages:
            return None
        computer = await desk.computer()
        browser = await browser_of(computer)
        aim = await browser.aim(self._page_action(desk, computer.display, {self.secret: ""}))
        return policy.of_act(aim, self._to_do()) if aim else None

    async def run(self, desk: Desk) -> ToolResult:
        secrets = await desk.secrets() if self.secret else {}
        if self.secret and self.secret not in secrets:
            return failure(
                self.tool_name,
                f"There is no secret {self.secret}. Ask for it with ask_user, kind secret, secret_name.",
            )
        computer = await desk.computer()
        state = await desk.open_step("page_acted", action=self.in_words(), boot=computer.boot_id)
        try:
            file = await computer.read_file(self.path) if self.action == "upload" else b""
        except (FileMissing, PathRefused, FileTooLarge) as error:
            return failure(self.tool_name, str(error), step_is_open=True)
        action = replace(self._page_action(desk, computer.display, secrets), file=file)
        return await do_in_browser(
            desk, computer, state, lambda browser: browser.act(action), tool=self.tool_name
        )

    def _to_do(self) -> str:
        """What would be done, with all that would be typed."""
        verb, _, rest = self.in_words().partition(" ")
        words = f"{_TO_DO[verb]} {rest.replace('and pressed', 'and press')}"
        return f"{words}\nTyped: {self.text}" if self.text else words

    def in_words(self) -> str:
        """What was done, for the person: clicked “Yearly”."""
        place = f"“{short(self.name)}”" if self.name else f"the page at {self.x}, {self.y}"
        match self.action:
            case "click":
                return f"clicked {place}"
            case "type":
                into = f" into {place}" if self.name or self.x is not None else ""
                what = f"the secret {self.secret}" if self.secret else f"“{short(self.text)}”"
                return f"typed {what}{into}{' and pressed Enter' if self.submit else ''}"
            case "press":
                return f"pressed {self.key}"
            case "scroll":
                return f"scrolled {direction(self.dx, self.dy)}"
            case "upload":
                return f"uploaded {short(self.path)} into {place}"
            case "select":
                return f"chose “{short(self.value)}” in {place}"

    def _page_action(self, desk: Desk, display: Display, secrets: Mapping[str, str]) -> PageAction:
        given = self.model_dump(exclude={"action", "secret", "path", "accept_dialog", "dialog_text"})
        if self.accept_dialog:
            given["dialog"] = self.dialog_text
        if self.action == "upload":
            given["value"] = PurePosixPath(self.path).name
        if self.x is not None and self.y is not None:
            given["x"], given["y"] = desk.sight.point(self.x, self.y, display.width, display.height)
        if self.secret:
            given |= {"text": secrets[self.secret], "secret": True}
        return PageAction(self.action, **given)
