from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from .user import User

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

CENT = Decimal("0.01")


class Space(models.Model):
    """Where people, agents and sessions belong together."""

    name = models.CharField(max_length=80)
    default_model = models.CharField(max_length=200, default="demo")  # of agents that have none of their own
    monthly_budget_usd = models.DecimalField(
        null=True, blank=True, max_digits=9, decimal_places=2, validators=[MinValueValidator(CENT)]
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name

    def is_managed_by(self, user: User) -> bool:
        return self.memberships.filter(user=user, role=Role.ADMIN).exists()


class Role(models.TextChoices):
    ADMIN = "admin", "Admin"
    MEMBER = "member", "Member"
    VIEWER = "viewer", "Viewer"


DIRECTING = (Role.ADMIN, Role.MEMBER)


Row = TypeVar("Row", bound=models.Model)


class OfSpace(models.QuerySet[Row]):
    """Rows that belong to a space, found through a person and what they may do there."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What this person may see."""
        return self.filter(space__memberships__user_id=user.pk or 0)

    def directed_by(self, user: User | AnonymousUser) -> Self:
        """What this person may also give work to, answer, message, stop and rename."""
        return self.filter(space__memberships__user_id=user.pk or 0, space__memberships__role__in=DIRECTING)

    def managed_by(self, user: User | AnonymousUser) -> Self:
        """What this person may also change for everybody."""
        return self.filter(space__memberships__user_id=user.pk or 0, space__memberships__role=Role.ADMIN)


class Membership(models.Model):
    """Admins manage, members direct the agents, viewers only watch."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "user"], name="a_person_is_in_a_space_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.space}"

    @property
    def directs(self) -> bool:
        """May give work, answer, stop and rename."""
        return self.role in DIRECTING

    @property
    def manages(self) -> bool:
        """May also change agents and people."""
        return self.role == Role.ADMIN


def memberships_of(user: User | AnonymousUser) -> models.QuerySet[Membership]:
    """The memberships of a person, the oldest first; none for somebody who is not signed in."""
    return (
        Membership.objects.filter(user_id=user.pk or 0).select_related("space").order_by("created_at", "pk")
    )
