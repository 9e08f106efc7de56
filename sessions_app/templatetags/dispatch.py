"""Tags and filters that every template has: icons, badges, moments and sizes in words, built files."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from sessions_app.artifacts.sizes import size_words
from sessions_app.models import Agent, Limit, Status, Task
from sessions_app.models.limit import in_words
from sessions_app.models.spending import usd

from .icon_shapes import SHAPES

register = template.Library()

STATUS_KEYS: dict[str, str] = {
    Status.WAITING_FOR_INPUT: "need",
    Status.IN_PROGRESS: "running",
    Status.PENDING: "queued",
    Status.PAUSED: "paused",
    Status.COMPLETED: "done",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
    Status.EXPIRED: "expired",
}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon without words; it stands beside its word or within a labelled control."""
    return format_html(
        '<svg class="i{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        f" {extra}" if extra else "",
        mark_safe(SHAPES[name]),  # noqa: S308  our own constant
    )


@register.simple_tag
def avatar(agent: Agent, extra: str = "") -> SafeString:
    """The agent's letters on its colour."""
    return format_html(
        '<span class="av{}" data-u="{}" aria-hidden="true">{}</span>',
        f" {extra}" if extra else "",
        agent.hue,
        agent.initials,
    )


@register.simple_tag
def badge(status: str, *, bare: bool = False, silent: bool = False) -> SafeString:
    """Shape, word and colour of a status. A bare one shows the shape; screen readers still hear the word.

    `silent`: the worker that holds the task is gone, so that what is running is not.
    """
    is_interrupted = silent and status == Status.IN_PROGRESS
    key = "queued" if is_interrupted else STATUS_KEYS[status]
    return format_html(
        '<span class="badge{}" data-s="{}">{}<span{}>{}</span></span>',
        " bare" if bare else "",
        key,
        icon(key, "spin" if key == "running" else ""),
        mark_safe(' class="vh"') if bare else "",
        "Interrupted" if is_interrupted else Status(status).label,
    )


@register.simple_tag
def clock(moment: datetime) -> SafeString:
    """The time of day, 10:49; the browser rewrites it in its own zone."""
    return _time(moment, "clock", timezone.localtime(moment).strftime("%H:%M"))


@register.simple_tag
def due(moment: datetime) -> SafeString:
    """A moment to come: 14:30 today, else 3 December, 14:30."""
    local = timezone.localtime(moment)
    day = "" if local.date() == timezone.localdate() else f"{local:%-d %B}, "
    return _time(moment, "due", f"{day}{local:%H:%M}")


@register.simple_tag
def ago(moment: datetime) -> SafeString:
    """How long ago, in one unit; it counts on in the page."""
    return _time(moment, "ago", ago_in_words(moment))


@register.simple_tag
def waited(moment: datetime) -> SafeString:
    """How long it has lasted, in whole minutes; it counts on in the page."""
    return _time(moment, "waited", in_minutes(timezone.now() - moment))


@register.simple_tag
def lasted(moment: datetime) -> SafeString:
    """How long it has lasted, in whole seconds or minutes: 40 s; it counts on in the page."""
    passed = timezone.now() - moment
    short = passed < timedelta(minutes=1)
    return _time(moment, "lasted", f"{max(passed.seconds, 0)} s" if short else in_minutes(passed))


@register.simple_tag
def running_for(moment: datetime) -> SafeString:
    """How long something under way has lasted, counting seconds: 12:08."""
    return _time(moment, "running", in_clock(timezone.now() - moment))


def _time(moment: datetime, kind: str, words: str) -> SafeString:
    full = timezone.localtime(moment).strftime("%-d %B %Y, %H:%M")
    return format_html(
        '<time datetime="{}" data-time="{}" title="{}">{}</time>', moment.isoformat(), kind, full, words
    )


def ago_in_words(moment: datetime) -> str:
    passed = timezone.now() - moment
    if passed < timedelta(minutes=1):
        return "now"
    if passed < timedelta(days=1):
        return f"{in_minutes(passed)} ago"
    if passed < timedelta(days=2):
        return "1 day ago"
    if passed < timedelta(days=30):
        return f"{passed.days} days ago"
    return timezone.localtime(moment).strftime("%-d %b %Y")


def in_minutes(passed: timedelta) -> str:
    minutes = max(int(passed.total_seconds()) // 60, 0)
    if minutes < 60:
        return f"{minutes} min" if minutes else "under 1 min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def in_clock(passed: timedelta) -> str:
    whole = max(int(passed.total_seconds()), 0)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


@register.filter
def seconds(value: float) -> str:
    """A duration as short as it can be said: 0.4 s, 14 s, 4 min, 2 h 5 min."""
    if value < 10:
        return f"{value:.1f} s"
    if value < 60:
        return f"{value:.0f} s"
    minutes = round(value / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@register.simple_tag
def elapsed(task: Task) -> SafeString | str:
    """How long a task took; while it runs, a clock that counts."""
    if task.started_at is None:
        return ""
    if task.status == Status.IN_PROGRESS:
        return running_for(task.started_at)
    return seconds(task.duration_seconds)


@register.filter
def size(size_bytes: int) -> str:
    """A size as people say it: 512 bytes, 14 KB, 2.1 MB."""
    return size_words(size_bytes)


@register.filter
def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    ending = "th" if 10 <= number % 100 <= 20 else endings.get(number % 10, "th")
    return f"{number}{ending}"


@register.filter
def count_of(number: int, noun: str) -> str:
    """A number with its noun: 1 step, 1,041 steps."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@register.filter
def thousands(number: int) -> str:
    """1,204,300"""
    return f"{number:,}"


@register.filter
def money(amount: Decimal) -> str:
    """$0.42, $1,204.00, under $0.01."""
    return usd(amount)


@register.filter
def duration(length_seconds: float) -> str:
    """A length of time that somebody set: 45 s, 20 min, 1 h 30 min, 2 days."""
    return in_words(length_seconds)


@register.filter
def used_up(limit: str) -> str:
    """What a limit is called once it is reached."""
    return Limit(limit).label


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file under the name that says what it holds."""
    if settings.DEBUG:
        _manifest.cache_clear()
    return static(_manifest()[name])


@lru_cache(maxsize=1)
def _manifest() -> dict[str, str]:
    # Read once: the server knows the files that there were when it started, and no newer ones.
    try:
        return dict(json.loads(Path(settings.BASE_DIR, "static/dist/manifest.json").read_text()))
    except FileNotFoundError:
        raise ImproperlyConfigured("static/dist is not built yet. Run: make setup") from None
