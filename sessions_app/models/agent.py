from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from .limit import AtLimit
from .space import CENT, OfSpace, Space
from .user import User

DEFAULT_MAX_STEPS = 100
DEFAULT_TEMPERATURE = 0.2
MOST_TEMPERATURE = 2.0
TEMPERATURE_WANTED = "Write a temperature from 0 to 2, such as 0.2."
TEMPERATURES = [
    MinValueValidator(0, TEMPERATURE_WANTED),
    MaxValueValidator(MOST_TEMPERATURE, TEMPERATURE_WANTED),
]


class AskBefore(TypedDict, total=False):
    """What an agent asks a person about before it does it. What is missing is not asked about."""

    domains: list[str] | None  # hosts that need no asking; None: none does
    shell_patterns: list[str]
    git_push: bool
    forms: bool
    spending: bool
    screen: bool


def new_agents_ask_before() -> AskBefore:
    return {"git_push": True, "spending": True}


class ComputerKind(models.TextChoices):
    BROWSER = "browser", "Browser"
    DESKTOP = "desktop", "Desktop"


class NetworkMode(models.TextChoices):
    PUBLIC = "public", "The public internet"
    NONE = "none", "None"


class Agent(models.Model):
    """A named worker: what it is for, how it is instructed, which model thinks for it."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="agents")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=160, blank=True, help_text="One line that says what it is for.")
    instructions = models.TextField(max_length=20_000, blank=True)
    model = models.CharField(max_length=200, blank=True, help_text="Empty takes the space's default.")
    effort = models.CharField(max_length=40, blank=True, help_text="Empty leaves it to the model.")
    temperature = models.FloatField(default=DEFAULT_TEMPERATURE, validators=TEMPERATURES)
    max_steps = models.PositiveIntegerField(
        default=DEFAULT_MAX_STEPS, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    computer_kind = models.CharField(
        max_length=10, choices=ComputerKind.choices, default=ComputerKind.BROWSER
    )
    network = models.CharField(max_length=10, choices=NetworkMode.choices, default=NetworkMode.PUBLIC)
    environment = models.ForeignKey(
        "Environment", models.SET_NULL, null=True, blank=True, related_name="agents"
    )
    ask_before = models.JSONField(default=new_agents_ask_before, blank=True)  # AskBefore
    max_duration_seconds = models.PositiveIntegerField(null=True, blank=True)  # at work, in a task
    budget_usd = models.DecimalField(
        null=True, blank=True, max_digits=9, decimal_places=2, validators=[MinValueValidator(CENT)]
    )
    ttl_seconds = models.PositiveIntegerField(null=True, blank=True)  # after which a task expires
    at_limit = models.CharField(max_length=10, choices=AtLimit.choices, default=AtLimit.ASK)
    examples = models.JSONField(default=list, blank=True)  # [{"title", "text"}]
    form_key = models.UUIDField(null=True, editable=False)  # of the form that added it
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OfSpace["Agent"].as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["space", "slug"], name="agent_slug_is_unique_in_its_space"),
            models.UniqueConstraint(fields=["space", "form_key"], name="a_form_adds_one_agent"),
            models.CheckConstraint(condition=models.Q(max_steps__gte=1), name="agent_may_take_a_step"),
            models.CheckConstraint(
                condition=models.Q(temperature__range=(0, MOST_TEMPERATURE)),
                name="agent_temperature_is_from_0_to_2",
            ),
            models.CheckConstraint(
                condition=models.Q(computer_kind__in=ComputerKind.values), name="agent_computer_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(network__in=NetworkMode.values), name="agent_network_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def limits(self) -> dict[str, Any]:
        """What a task that begins now may take, as fields of it."""
        ttl = self.ttl_seconds
        return {
            "max_steps": self.max_steps,
            "max_duration_seconds": self.max_duration_seconds,
            "budget_usd": self.budget_usd,
            "expires_at": timezone.now() + timedelta(seconds=ttl) if ttl else None,
            "at_limit": self.at_limit,
        }

    @property
    def thinks_with(self) -> str:
        """The name of its model: its own, else the default of its space."""
        return self.model or self.space.default_model

    @property
    def initials(self) -> str:
        words: list[str] = re.findall(r"\w+", self.name) or ["?"]
        letters: str = words[0][:2] if len(words) == 1 else words[0][0] + words[1][0]
        return letters.upper()

    @property
    def hue(self) -> int:
        """Which of the five avatar colours, 1 to 5; the same for this agent for ever."""
        return self.pk % 5 + 1


def add(agent: Agent, *, by: User, form_key: uuid.UUID) -> Agent:
    """Save a new agent under a slug of its own. The same form answers the one that it added before."""
    with transaction.atomic():
        Space.objects.filter(pk=agent.space_id).update(name=F("name"))  # whoever else adds one here waits
        if added := Agent.objects.filter(space=agent.space_id, form_key=form_key).first():
            return added
        agent.slug = free_slug(agent.space, agent.name)
        agent.created_by, agent.form_key = by, form_key
        agent.save()
    return agent


def free_slug(space: Space, name: str) -> str:
    """A slug for a new agent that no other agent of this space has."""
    stem: str = slugify(name)[:50] or "agent"
    taken = set(Agent.objects.filter(space=space, slug__startswith=stem).values_list("slug", flat=True))
    taken.add("new")  # the address of the form
    return next(
        slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )
