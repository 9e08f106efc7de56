"""Everything a view shows is found through the person who asks. What they may not see is not there: 404."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from sessions_app.models import Agent, Connection, Membership, Session, Space, User
from sessions_app.models.space import memberships_of

SPACE_KEY = "space"  # in the login session: the space that the person looks at


def person(request: HttpRequest) -> User:
    """Who asks. Views that call this are behind login_required."""
    if isinstance(request.user, AnonymousUser):
        raise Http404
    return request.user


def current_membership(request: HttpRequest) -> Membership | None:
    """The person's place in the space they look at, else in their oldest one. None: they are in no space."""
    if not hasattr(request, "_membership"):
        mine = list(memberships_of(request.user))
        chosen = request.session.get(SPACE_KEY)
        found = next((one for one in mine if one.space_id == chosen), mine[0] if mine else None)
        request._membership = found  # type: ignore[attr-defined]  # asked for by the view and by the frame
    return request._membership  # type: ignore[attr-defined, no-any-return]


def membership_for(request: HttpRequest) -> Membership:
    membership = current_membership(request)
    if membership is None:
        raise Http404("You are in no space yet. Ask an admin to add you.")
    return membership


def directing_membership_for(request: HttpRequest) -> Membership:
    membership = membership_for(request)
    if not membership.directs:
        raise Http404
    return membership


def managing_membership_for(request: HttpRequest) -> Membership:
    membership = membership_for(request)
    if not membership.manages:
        raise Http404
    return membership


def look_at(request: HttpRequest, space: Space | int) -> None:
    """Go to another of the person's spaces, as when a link leads there."""
    space_id = space if isinstance(space, int) else space.pk
    membership = current_membership(request)
    if membership and membership.space_id != space_id:
        request.session[SPACE_KEY] = space_id
        del request._membership  # type: ignore[attr-defined]


def session_for(request: HttpRequest, pk: int) -> Session:
    visible = Session.objects.visible_to(request.user).select_related("agent", "space", "latest_task")
    session = get_object_or_404(visible, pk=pk)
    look_at(request, session.space_id)
    return session


def directed_session_for(request: HttpRequest, pk: int) -> Session:
    directed = Session.objects.directed_by(request.user).select_related("agent", "space", "latest_task")
    return get_object_or_404(directed, pk=pk)


def managed_session_for(request: HttpRequest, pk: int) -> Session:
    return get_object_or_404(Session.objects.managed_by(request.user), pk=pk)


def agent_for(request: HttpRequest, slug: str) -> Agent:
    return get_object_or_404(Agent, space=membership_for(request).space_id, slug=slug)


def directed_agent_for(request: HttpRequest, slug: str) -> Agent:
    directed = Agent.objects.directed_by(request.user)
    return get_object_or_404(directed, space=membership_for(request).space_id, slug=slug)


def managed_agent_for(request: HttpRequest, slug: str) -> Agent:
    managed = Agent.objects.managed_by(request.user)
    return get_object_or_404(managed, space=membership_for(request).space_id, slug=slug)


def connection_for(request: HttpRequest, slug: str) -> Connection:
    return get_object_or_404(Connection.objects.known_in(membership_for(request).space_id), slug=slug)


def managed_connection_for(request: HttpRequest, slug: str) -> Connection:
    """A connection of the space. What the environment names is changed there."""
    managed = Connection.objects.managed_by(request.user)
    return get_object_or_404(managed, space=membership_for(request).space_id, slug=slug)
