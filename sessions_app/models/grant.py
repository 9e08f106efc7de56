"""What people have allowed beyond one call. The worker reads it before each call and keeps none of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .agent import Agent
from .lifecycle import OVER
from .session import Session
from .task import Task
from .user import User

SUBJECT_LIMIT = 300


class Rule(models.TextChoices):
    """Why a call needs approval. The label is what a grant of it covers, before its subject."""

    COMMAND = "command", "Commands that contain"
    GIT_PUSH = "git_push", "Git push to"
    NETWORK = "network", "Reaching"
    FORM = "form", "Sending forms to"
    SPENDING = "spending", "Spending on"
    SCREEN = "screen", "Acting on"


class GrantQuerySet(models.QuerySet["Grant"]):
    def standing(self) -> GrantQuerySet:
        return self.filter(taken_back_at=None)

    def of_task(self, task: Task) -> GrantQuerySet:
        """All that hold for it: its own, its session's, its agent's."""
        own = models.Q(task=None) | models.Q(task=task)
        return self.of_session(task.session).filter(own)

    def of_session(self, session: Session) -> GrantQuerySet:
        """All that stand for it: given to it, to a task of it that is not over, or to its agent."""
        return self.standing().ever_of(session).exclude(task__status__in=sorted(OVER))

    def ever_of(self, session: Session) -> GrantQuerySet:
        """Those taken back too."""
        return self.filter(models.Q(session=session) | models.Q(agent=session.agent_id))


class Grant(models.Model):
    """A rule and its subject that one session, or one agent in all its sessions, need not ask about again."""

    rule = models.CharField(max_length=20, choices=Rule.choices)
    subject = models.CharField(max_length=SUBJECT_LIMIT)
    session = models.ForeignKey(Session, models.CASCADE, null=True, related_name="grants")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="grants")  # for this one only
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, related_name="grants")
    question = models.ForeignKey("Question", models.SET_NULL, null=True, related_name="grants")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(session__isnull=False, agent__isnull=True)
                | models.Q(session__isnull=True, agent__isnull=False),
                name="a_grant_is_given_to_a_session_or_an_agent",
            ),
            models.CheckConstraint(
                condition=models.Q(task__isnull=True) | models.Q(session__isnull=False),
                name="a_grant_for_a_task_is_given_to_its_session",
            ),
            models.CheckConstraint(condition=models.Q(rule__in=Rule.values), name="grant_rule_is_known"),
            models.CheckConstraint(condition=~models.Q(subject=""), name="a_grant_says_what_it_covers"),
        ]

    def __str__(self) -> str:
        return covered(self.rule, self.subject)

    def take_back(self, *, by: User) -> None:
        """From the next call on it is asked again. Taken back already is no error."""
        if self.session is None:
            self._take_back(by)
            return
        with self.session.writing() as session:
            if self._take_back(by):
                session.append("grant_taken_back", {"covers": str(self), "by_name": by.shown_name}, by=by)

    def _take_back(self, by: User) -> bool:
        changes = {"taken_back_at": timezone.now(), "taken_back_by": by}
        return bool(Grant.objects.standing().filter(pk=self.pk).update(**changes))


def covered(rule: str, subject: str) -> str:
    """Git push to origin · Commands that contain npm publish"""
    return f"{Rule(rule).label} {subject}"
