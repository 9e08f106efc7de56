from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lightcone_site.settings")
pages = get_asgi_application()

# The registry of models is filled by now, and not before.
from sessions_app.live.routing import websocket_urlpatterns  # noqa: E402
from sessions_app.web.socket_origin import SameOriginValidator  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": SameOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
