"""Fields of an agent's form that say what its tasks may take."""

from __future__ import annotations

from typing import Any

from django import forms

LIMITS = ("max_steps", "budget_usd", "max_duration_seconds", "ttl_seconds", "at_limit")
MINUTE, HOUR = 60, 3_600


class LengthField(forms.DecimalField):
    """A length of time: people write it in minutes or hours, the row has it in seconds. Empty: no limit."""

    def __init__(self, *, unit_seconds: int, most: int, label: str) -> None:
        super().__init__(
            min_value=1, max_value=most, max_digits=7, decimal_places=2, required=False, label=label
        )
        self._unit_seconds = unit_seconds

    def prepare_value(self, value: Any) -> Any:
        return f"{value / self._unit_seconds:g}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        length = super().clean(value)
        return None if length is None else round(length * self._unit_seconds)


def longest_run() -> LengthField:
    return LengthField(unit_seconds=MINUTE, most=7 * 24 * 60, label="Longest run, in minutes")


def ends_after() -> LengthField:
    return LengthField(unit_seconds=HOUR, most=365 * 24, label="Ends after, in hours")
