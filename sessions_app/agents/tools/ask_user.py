from __future__ import annotations

import re
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sessions_app.agents.ports import Asked, Choice, Desk, QuestionKind, ToolResult

from .base import Tool

SHOWN_BYTES = 6_000  # of a question, which a person sees whole, with its choices
LONGEST_DEADLINE_MINUTES = 30 * 24 * 60
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
# What the shell, the loader or the way to the network goes by: a value there would change what commands do.
_TAKEN = re.compile(
    r"(LD|LC|BASH|COMPUTER|PYTHON|GIT_CONFIG)(_.*)?|(HTTP|HTTPS|ALL|NO|FTP)_PROXY|PATH|HOME|PWD|OLDPWD|SHELL|"
    r"USER|LOGNAME|TERM|LANG|IFS|ENV|PS\d|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|E?UID|PPID|NODE_OPTIONS|EDITOR"
)


class OfferedChoice(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = Field(min_length=1, max_length=200)
    detail: str = Field("", max_length=500)
    irreversible: bool = Field(False, description="Whether what follows from this choice cannot be undone.")


class AskUser(Tool):
    """The one tool that nobody here runs: its answer comes from the person."""

    tool_name: ClassVar[str] = "ask_user"

    question: str = Field(min_length=1, max_length=2000)
    kind: QuestionKind = "text"
    choices: list[OfferedChoice] = Field(default_factory=list, max_length=9)
    deadline_minutes: int | None = Field(
        None,
        ge=1,
        le=LONGEST_DEADLINE_MINUTES,
        description="Only when waiting longer is worse than going on with the default.",
    )
    default: str = Field(
        "",
        max_length=1000,
        description="The answer when nobody gave one by then: the label of a choice, or words.",
    )

    accept: str = Field(
        "",
        max_length=200,
        pattern=r"^[\w.*/+, -]*$",
        description="With kind file: which files to offer first, such as .csv,.xlsx or image/*.",
    )
    secret_name: str = Field(
        "", max_length=64, description="With kind secret: the variable it goes by, such as GITHUB_TOKEN."
    )

    @model_validator(mode="after")
    def _has_the_choices_of_its_kind(self) -> Self:
        chooses = self.kind in ("choose_one", "choose_several")
        if chooses and len(self.choices) < 2:
            raise ValueError(f"{self.kind} needs 2 to 9 choices")
        if not chooses and self.choices:
            raise ValueError(f"a question with choices is choose_one or choose_several, not {self.kind}")
        if len({choice.label for choice in self.choices}) < len(self.choices):
            raise ValueError("two choices have the same label")
        if len(self.model_dump_json().encode()) > SHOWN_BYTES:
            raise ValueError(f"question and choices are longer than {SHOWN_BYTES:,} bytes together")
        return self

    @model_validator(mode="after")
    def _has_a_default_for_its_deadline(self) -> Self:
        if self.deadline_minutes is None and not self.default:
            return self
        if self.deadline_minutes is None or not self.default.strip():
            raise ValueError("deadline_minutes and default go together: give both, or neither")
        chosen = [choice for choice in self.choices if choice.label == self.default]
        if self.choices and not chosen:
            raise ValueError("default is none of the choices: give the label of one as it stands there")
        if any(choice.irreversible for choice in chosen):
            raise ValueError("default cannot be undone, so only a person may choose it: take another default")
        return self

    @model_validator(mode="after")
    def _has_the_name_of_its_secret(self) -> Self:
        if self.kind != "secret" and self.secret_name:
            raise ValueError("secret_name is for kind secret")
        if self.kind == "secret" and not _VARIABLE.fullmatch(self.secret_name):
            raise ValueError(
                "secret needs secret_name: 2 to 64 capital letters, digits and _, such as GITHUB_TOKEN"
            )
        if _TAKEN.fullmatch(self.secret_name):
            raise ValueError(f"secret_name {self.secret_name} has a meaning of its own: take another name")
        return self

    def asked(self) -> Asked:
        choices = (Choice(offer.label, offer.detail, offer.irreversible) for offer in self.choices)
        return Asked(
            self.question,
            self.kind,
            tuple(choices),
            deadline_minutes=self.deadline_minutes,
            default=self.default.strip(),
            secret_name=self.secret_name,
            accept=self.accept,
        )

    async def run(self, desk: Desk) -> ToolResult:
        raise NotImplementedError("A question is put to the person by the loop.")
