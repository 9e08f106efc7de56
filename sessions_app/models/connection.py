from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify

from .sealing import seal
from .space import OfSpace, Space
from .user import User

# What the environment and the built-in demo begin names of models with, and addresses of the Models page.
RESERVED_SLUGS = frozenset({"openai", "ollama", "anthropic", "google", "demo", "new", "default", "failing"})
SHOWN_ENDING = 4  # characters of a key that people know it by
SHORTEST_SHOWN_KEY = 16  # of a shorter one nothing is shown: four characters would be much of it
CHECK_PATIENCE = timedelta(minutes=2)


class ProviderKind(models.TextChoices):
    OPENAI = "openai", "OpenAI"
    ANTHROPIC = "anthropic", "Anthropic"
    GOOGLE = "google", "Google"
    OLLAMA = "ollama", "Ollama"
    OPENAI_COMPATIBLE = "openai_compatible", "OpenAI-compatible"


class ConnectionQuerySet(OfSpace["Connection"]):
    def known_in(self, space_id: int) -> ConnectionQuerySet:
        """Those of this space, and those that the environment gives to all spaces."""
        return self.filter(models.Q(space=None) | models.Q(space=space_id))


class Connection(models.Model):
    """A way to a server of models. Without a space it stands for one that the environment names.

    People write what it is, runners write what they found there. The key is sealed and never shown again.
    """

    space = models.ForeignKey(Space, models.CASCADE, null=True, related_name="connections")
    slug = models.SlugField(max_length=40)  # begins the names of its models: "harbour-vllm:qwen3"
    provider = models.CharField(max_length=20, choices=ProviderKind.choices)
    label = models.CharField(max_length=60)
    base_url = models.CharField(max_length=500, blank=True)  # empty: the provider's own
    sealed_key = models.TextField(blank=True, editable=False)
    key_ending = models.CharField(max_length=SHOWN_ENDING, blank=True, editable=False)
    key_changed_at = models.DateTimeField(null=True, editable=False)
    offered = models.JSONField(default=list, blank=True)  # names of models; empty offers what it lists
    form_key = models.UUIDField(null=True, editable=False)  # of the form that added it
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)  # what was found before is void
    # What runners found: when they last listed its models, and when they last asked one of them something.
    ok = models.BooleanField(null=True, editable=False)  # None: not looked yet
    note = models.CharField(max_length=500, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    test_asked_at = models.DateTimeField(null=True, editable=False)  # a wish; who fulfils it takes it away
    tested_at = models.DateTimeField(null=True, editable=False)
    test_ok = models.BooleanField(null=True, editable=False)
    test_note = models.CharField(max_length=500, blank=True, editable=False)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = [models.F("space_id").asc(nulls_last=True), "label", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["space", "slug"], name="connection_slug_is_unique_in_its_space"),
            models.UniqueConstraint(
                fields=["slug"],
                condition=models.Q(space=None),
                name="connection_slug_is_unique_in_the_environment",
            ),
            models.UniqueConstraint(fields=["space", "form_key"], name="a_form_adds_one_connection"),
            models.CheckConstraint(
                condition=models.Q(provider__in=ProviderKind.values), name="connection_provider_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def from_environment(self) -> bool:
        return self.space_id is None

    @property
    def variable(self) -> str:
        """The variable that names it, where the environment does."""
        named_by_address = {
            ProviderKind.OLLAMA: "OLLAMA_HOST",
            ProviderKind.OPENAI_COMPATIBLE: "OPENAI_BASE_URL",
        }
        return named_by_address.get(ProviderKind(self.provider), f"{self.slug.upper()}_API_KEY")

    @property
    def is_being_checked(self) -> bool:
        """Somebody asked for it of late. A wish that nobody fulfils is not waited for without end."""
        asked = self.test_asked_at
        return asked is not None and timezone.now() - asked < CHECK_PATIENCE

    def ask_for_check(self) -> None:
        """Let a runner list its models and ask one of them something, as soon as it can."""
        self.test_asked_at = timezone.now()
        Connection.objects.filter(pk=self.pk).update(test_asked_at=self.test_asked_at)

    def put_key(self, key: str) -> None:
        """Set another key, or none, on this row, which is not saved yet. The one before is gone."""
        self.sealed_key = seal(key) if key else ""
        self.key_ending = key[-SHOWN_ENDING:] if len(key) >= SHORTEST_SHOWN_KEY else ""
        self.key_changed_at = timezone.now() if key else None

    def save_changed(self) -> None:
        """Save what a person changed, and let it be checked. What was found before says nothing any more."""
        now = timezone.now()
        self.changed_at = self.test_asked_at = now
        self.ok = self.test_ok = self.checked_at = self.tested_at = None
        self.note = self.test_note = ""
        self.save()


def add(connection: Connection, space: Space, *, by: User, form_key: uuid.UUID) -> None:
    """Save a new connection of this space under a slug of its own. The same form adds it once."""
    with transaction.atomic():
        Space.objects.filter(pk=space.pk).update(name=space.name)  # whoever else adds one here waits
        if Connection.objects.filter(space=space, form_key=form_key).exists():
            return
        connection.space, connection.slug = space, free_slug(space, connection.label)
        connection.created_by, connection.form_key = by, form_key
        connection.save_changed()


def free_slug(space: Space, label: str) -> str:
    """A slug for a new connection that no other of this space has, and none from the environment."""
    stem: str = slugify(label)[:30] or "models"
    taken = set(Connection.objects.known_in(space.pk).values_list("slug", flat=True)) | RESERVED_SLUGS
    return next(
        slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )
