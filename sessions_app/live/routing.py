from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from .browser_socket import BrowserSocket
from .desktop_socket import DesktopNews, DesktopSocket
from .session_socket import SessionSocket
from .socket import NoSuchSocket
from .space_socket import SpaceSocket
from .terminal_socket import TerminalSocket

# Channels routes its applications with Django's own `path`, whose types know views only.
websocket_urlpatterns: list[Any] = [
    path("ws/s/<int:pk>/terminal/", TerminalSocket.as_asgi()),  # type: ignore[arg-type]
    path("ws/s/<int:pk>/browser/", BrowserSocket.as_asgi()),  # type: ignore[arg-type]
    path("ws/s/<int:pk>/desktop/news/", DesktopNews.as_asgi()),  # type: ignore[arg-type]
    path("ws/s/<int:pk>/desktop/", DesktopSocket.as_asgi()),  # type: ignore[arg-type]
    path("ws/s/<int:pk>/", SessionSocket.as_asgi()),  # type: ignore[arg-type]
    path("ws/", SpaceSocket.as_asgi()),  # type: ignore[arg-type]
    re_path("", NoSuchSocket.as_asgi()),  # type: ignore[arg-type]
]
