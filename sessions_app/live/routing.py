from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from .session_socket import SessionSocket
from .socket import NoSuchSocket
from .space_socket import SpaceSocket

# Channels routes its applications with Django's own `path`, whose types know views only.
websocket_urlpatterns: list[Any] = [
    path("ws/s/<int:pk>/", SessionSocket.as_asgi()),  # type: ignore[arg-type]
    path("ws/", SpaceSocket.as_asgi()),  # type: ignore[arg-type]
    re_path("", NoSuchSocket.as_asgi()),  # type: ignore[arg-type]
]
