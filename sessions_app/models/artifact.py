from __future__ import annotations

from django.db import models
from django.utils import timezone

from .session import Session
from .task import Task


class ArtifactKind(models.TextChoices):
    """How it is shown."""

    MARKDOWN = "markdown", "Markdown"
    SITE = "site", "Website"
    IMAGE = "image", "Image"
    TABLE = "table", "Table"
    JSON = "json", "JSON"
    CODE = "code", "Code"
    TEXT = "text", "Text"
    OTHER = "other", "File"


class ArtifactQuerySet(models.QuerySet["Artifact"]):
    def with_latest(self) -> ArtifactQuerySet:
        """Each with what a list says of it: `kind`, `number` and `size_bytes` of its latest version."""
        latest = ArtifactVersion.objects.filter(artifact=models.OuterRef("pk")).order_by("-number")
        return self.annotate(
            **{name: models.Subquery(latest.values(name)[:1]) for name in ("kind", "number", "size_bytes")}
        )


class Artifact(models.Model):
    """A deliverable that outlives the computer. The same path saved again is a new version of it."""

    kind: str  # these three of its latest version, on rows that `with_latest` found
    number: int
    size_bytes: int

    session = models.ForeignKey(Session, models.CASCADE, related_name="artifacts")
    path = models.CharField(max_length=400)  # in the workspace it came from; what makes it the same artifact
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ArtifactQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "path"], name="an_artifact_has_one_path_in_a_session")
        ]

    def __str__(self) -> str:
        return self.name

    def latest(self) -> ArtifactVersion:
        return self.versions.latest("number")


class ArtifactVersion(models.Model):
    """What was saved at one moment. `files` maps each path to its digest; the bytes lie under that digest."""

    artifact = models.ForeignKey(Artifact, models.CASCADE, related_name="versions")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="artifact_versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=ArtifactKind.choices)
    digest = models.CharField(max_length=64)  # of the list of files: equal content has an equal digest
    files = models.JSONField()  # [{"path", "sha256", "size_bytes", "preview_sha256"?}], sorted by path
    size_bytes = models.PositiveBigIntegerField()
    step = models.PositiveBigIntegerField(null=True)  # seq of the event that shows it
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["artifact_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["artifact", "number"], name="version_numbers_are_unique_in_an_artifact"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ArtifactKind.values), name="artifact_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.artifact} version {self.number}"
