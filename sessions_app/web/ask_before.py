"""What an agent asks before it does: the part of its settings that says so."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from django import forms

from sessions_app.models.agent import AskBefore

MOST_PATTERNS = 50
PATTERN_LIMIT = 200
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.ASCII)


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


class Hosts(Lines):
    """Names of hosts, each perhaps with `*.` before it, as they go over the wire."""

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(_host(line) for line in super().to_python(value)))


def _host(line: str) -> str:
    """Raises ValidationError."""
    name = line.lower().rstrip(".")
    if name.startswith("*."):
        return f"*.{_name(name[2:])}"
    try:
        return str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return _name(name)


def _name(text: str) -> str:
    try:
        name = text.encode("idna").decode()
    except UnicodeError:
        name = ""
    if not _HOST.fullmatch(name):
        shown = f"“{text[:60]}”"
        raise forms.ValidationError(
            f"{shown} is no name of a host. Write one like pypi.org or *.example.org."
        )
    return name


class AskBeforeFields(forms.Form):
    """Fields that a form of an agent has beside those of its row. They are kept in `ask_before`."""

    instance: Any

    ask_network = forms.BooleanField(required=False)
    ask_domains = Hosts(required=False, label="Hosts that need no asking")
    ask_git_push = forms.BooleanField(required=False)
    ask_forms = forms.BooleanField(required=False)
    ask_spending = forms.BooleanField(required=False)
    ask_screen = forms.BooleanField(required=False)
    ask_shell_patterns = Lines(required=False, label="Commands like these")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks: AskBefore = self.instance.ask_before
        domains = asks.get("domains")
        self.initial["ask_network"] = domains is not None
        self.initial["ask_domains"] = "\n".join(domains or [])
        self.initial["ask_git_push"] = asks.get("git_push", False)
        self.initial["ask_forms"] = asks.get("forms", False)
        self.initial["ask_spending"] = asks.get("spending", False)
        self.initial["ask_screen"] = asks.get("screen", False)
        self.initial["ask_shell_patterns"] = "\n".join(asks.get("shell_patterns", []))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asks: AskBefore = {
            "domains": cleaned.get("ask_domains", []) if cleaned.get("ask_network") else None,
            "git_push": cleaned.get("ask_git_push", False),
            "forms": cleaned.get("ask_forms", False),
            "spending": cleaned.get("ask_spending", False),
            "screen": cleaned.get("ask_screen", False),
            "shell_patterns": cleaned.get("ask_shell_patterns", []),
        }
        self.instance.ask_before = asks
        return cleaned
