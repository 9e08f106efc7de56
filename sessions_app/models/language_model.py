from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.db import models
from django.utils import timezone

from .connection import Connection

if TYPE_CHECKING:
    from .agent import Agent


class EffortLevel(TypedDict):
    """One level of reasoning effort: the value for the model, its word, and a line on what it costs."""

    value: str
    label: str
    hint: str


class LanguageModel(models.Model):
    """A model that agents may think with, and what it can do. Runners write these rows; pages read them.

    Prices are dollars for a million tokens, None where unknown.
    """

    # None: built in, for all spaces.
    connection = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="language_models")
    name = models.CharField(max_length=200)  # "demo", "openai:gpt-5.1", "harbour-vllm:qwen3"
    label = models.CharField(max_length=200)
    provider = models.CharField(max_length=80)
    efforts = models.JSONField(default=list)  # [EffortLevel]; empty where unknown or absent
    uses_tools = models.BooleanField(default=True)
    sees_images = models.BooleanField(default=False)
    context_tokens = models.PositiveIntegerField(null=True)
    price_in = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    price_out = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    available = models.BooleanField(default=True)
    note = models.CharField(max_length=500, blank=True)  # why it cannot be used now, in words
    checked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["provider", "label", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "name"], name="a_connection_has_a_model_of_a_name_once"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(connection=None),
                name="a_built_in_model_has_its_name_alone",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def effort_level(self, value: str) -> EffortLevel | None:
        return next((level for level in self.efforts if level["value"] == value), None)


def offered_in(space_id: int) -> models.QuerySet[LanguageModel]:
    """The models that this space knows, also those that cannot be used now. Never another space's."""
    # A model without a connection has no connection with a space either, so it is among the first.
    known = models.Q(connection__space=None) | models.Q(connection__space=space_id)
    return LanguageModel.objects.filter(known).select_related("connection")


def model_named(name: str, space_id: int) -> LanguageModel | None:
    """The model of that name, whoever wrote it, as this space knows it; perhaps it cannot be used now."""
    # PostgreSQL refuses to look for NUL, which stands in no name.
    return None if "\x00" in name else offered_in(space_id).filter(name=name).first()


def model_of(agent: Agent) -> LanguageModel | None:
    """What this agent thinks with; None where it is not known here."""
    return model_named(agent.thinks_with, agent.space_id)
