"""What a task may take before a person is asked, or it ends."""

from __future__ import annotations

from django.db.models import TextChoices


class Limit(TextChoices):
    STEPS = "steps", "Steps used up"
    TIME = "time", "Time used up"
    BUDGET = "budget", "Budget spent"
    SPACE_BUDGET = "space_budget", "Budget of the space spent"


class AtLimit(TextChoices):
    """What becomes of a task that has taken all that it may."""

    ASK = "ask", "Ask what to do"
    FAIL = "fail", "End as failed, and say why"


class Verdict(TextChoices):
    """What a person decides at a limit. In this order they are the choices of the question."""

    ALLOW = "allow", "Allow more"
    FINISH = "finish", "Finish now"
    STOP = "stop", "Stop"


def in_words(seconds: float) -> str:
    """A length of time as people set it: 45 s, 20 min, 1 h, 1 h 30 min, 2 days."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    days, hours, minutes = whole // 86_400, whole // 3_600 % 24, whole // 60 % 60
    parts = [f"{days} {'day' if days == 1 else 'days'}" if days else "", f"{hours} h" if hours else ""]
    return " ".join(part for part in (*parts, f"{minutes} min" if minutes else "") if part)
