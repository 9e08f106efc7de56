"""What an agent asks before it does: the part of its settings that says so."""

from __future__ import annotations

from typing import Any

from django import forms

from sessions_app.models.agent import AskBefore

MOST_PATTERNS = 50
PATTERN_LIMIT = 200


class Lines(forms.CharField):
    """A text of which each line that says something is one value."""

    def to_python(self, value: Any) -> Any:
        lines = str(super().to_python(value) or "").splitlines()
        return list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))

    def validate(self, value: Any) -> None:
        if len(value) > MOST_PATTERNS:
            raise forms.ValidationError(f"These are {len(value)} lines. The limit is {MOST_PATTERNS}.")
        for line in value:
            if len(line) > PATTERN_LIMIT:
                raise forms.ValidationError(
                    f"A line is too long: “{line[:40]}…”. The limit is {PATTERN_LIMIT} characters."
                )

    def run_validators(self, value: Any) -> None:
        """There are none for a list."""


class AskBeforeFields(forms.Form):
    """Fields that a form of an agent has beside those of its row. They are kept in `ask_before`."""

    instance: Any

    ask_git_push = forms.BooleanField(required=False)
    ask_shell_patterns = Lines(required=False, label="Commands like these")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks: AskBefore = self.instance.ask_before
        self.initial["ask_git_push"] = asks.get("git_push", False)
        self.initial["ask_shell_patterns"] = "\n".join(asks.get("shell_patterns", []))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asks: AskBefore = {
            "git_push": cleaned.get("ask_git_push", False),
            "shell_patterns": cleaned.get("ask_shell_patterns", []),
        }
        self.instance.ask_before = asks
        return cleaned
