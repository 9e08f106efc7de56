from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person. The user name is the e-mail address, or "owner" for the first one until they give theirs."""

    @property
    def shown_name(self) -> str:
        return self.get_full_name() or self.get_username()

    @property
    def initials(self) -> str:
        words = self.shown_name.split()
        letters = words[0][:2] if len(words) == 1 else words[0][0] + words[-1][0]
        return letters.upper()


def name_of(person: User | None) -> str:
    """The name of somebody who may have been deleted since; empty then."""
    return person.shown_name if person else ""
