from __future__ import annotations

from typing import TypedDict

from django.db import models
from django.utils import timezone


class EffortLevel(TypedDict):
    """One level of reasoning effort: the value for the model, its word, and a line on what it costs."""

    value: str
    label: str
    hint: str


class LanguageModel(models.Model):
    """A model that agents may think with, and what it can do. Runners write these rows; pages read them."""

    name = models.CharField(max_length=200, unique=True)  # "demo", "openai:gpt-5.1", "ollama:qwen3"
    label = models.CharField(max_length=200)
    provider = models.CharField(max_length=80)
    efforts = models.JSONField(default=list)  # [EffortLevel]; empty where unknown or absent
    sees_images = models.BooleanField(default=False)
    context_tokens = models.PositiveIntegerField(null=True)
    available = models.BooleanField(default=True)
    note = models.CharField(max_length=500, blank=True)  # why it cannot be used now, in words
    checked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["provider", "label"]

    def __str__(self) -> str:
        return self.label

    def effort_level(self, value: str) -> EffortLevel | None:
        return next((level for level in self.efforts if level["value"] == value), None)


class Finding(models.Model):
    """What the doctor found out about this machine. `cure` is the one line that mends it."""

    key = models.CharField(max_length=40, unique=True)
    ok = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    cure = models.CharField(max_length=500, blank=True)
    checked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.key}: {'fine' if self.ok else self.reason}"
