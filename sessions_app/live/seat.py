"""Who sits at a socket: asked when it opens and again and again while it is open."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from channels.auth import get_user
from django.conf import settings

from sessions_app.fragments import Audience, zone_named
from sessions_app.models import Membership, Session, User

CHECK_SECONDS = 30.0  # who is signed out, or leaves the space, is shown nothing after this long

NOT_SIGNED_IN = 4401
NOT_FOUND = 4404
COME_BACK = 3012  # the page connects again, and asks for what it lacks

Scope = Mapping[str, Any]


class NoSeat(Exception):
    """This person is shown nothing here. `code` is what the socket is closed with."""

    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


async def seat_at_session(scope: Scope, session_id: int) -> Audience:
    """How this person sees a session. Raises NoSeat; what they may not see is not found."""
    user = await person(scope)
    return await sync_to_async(_audience)(scope, user, session_id=session_id)


async def seat_in_space(scope: Scope, space_id: int) -> Audience:
    """How this person sees a space. Raises NoSeat."""
    user = await person(scope)
    return await sync_to_async(_audience)(scope, user, space_id=space_id)


async def person(scope: Scope) -> User:
    """Who is signed in now: the login is read again, for it may have ended since the socket opened."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    login: Any = {"session": store(scope["session"].session_key)}
    user = await get_user(login)
    if not isinstance(user, User):
        raise NoSeat(NOT_SIGNED_IN)
    return user


def _audience(scope: Scope, user: User, *, session_id: int = 0, space_id: int = 0) -> Audience:
    if session_id:
        visible = Session.objects.visible_to(user).filter(pk=session_id)
        space_id = visible.values_list("space_id", flat=True).first() or 0
    membership = Membership.objects.filter(user=user, space=space_id).first()
    if membership is None:
        raise NoSeat(NOT_FOUND)
    told = scope["cookies"].get("tz", "")
    return Audience(membership.directs, told if zone_named(told) else settings.SERVER_TIME_ZONE)
