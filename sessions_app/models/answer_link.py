"""A link that answers one question in the name of the person who made it.

The link itself is the permission: whoever holds it may answer, without signing in. It is signed and names the
question and its issuer; nothing is stored. It is good until the question is closed, at most 30 days, and only
while its issuer may direct the session.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.core import signing

from .question import Question, QuestionKind, QuestionQuerySet
from .session import Session
from .user import User

LIFETIME = timedelta(days=30)
_SALT = "answer link"


class LinkDead(Exception):
    """It was not made here, is older than 30 days, or its issuer may not answer any more."""


class Lent(NamedTuple):
    """The question that a link leads to, and in whose name it is answered."""

    question: Question
    issuer: User


def lendable(questions: QuestionQuerySet) -> QuestionQuerySet:
    """Without those that allow something: a call is approved, and a limit raised, by who is signed in."""
    return questions.filter(about="").exclude(kind=QuestionKind.APPROVE)


def token_for(question: Question, issuer: User) -> str:
    """What stands in the address of the link."""
    return signing.dumps([question.pk, issuer.pk], salt=_SALT)


def lent_by(token: str) -> Lent:
    """Looks anew each time whether the issuer may still answer. Raises LinkDead."""
    try:
        question_pk, issuer_pk = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        raise LinkDead from None
    issuer = User.objects.filter(pk=issuer_pk, is_active=True).first()
    if issuer is None:
        raise LinkDead
    asked = Question.objects.select_related("session__agent", "task", "answered_by")
    question = lendable(asked).filter(pk=question_pk, session__in=Session.objects.directed_by(issuer)).first()
    if question is None:
        raise LinkDead
    return Lent(question, issuer)
