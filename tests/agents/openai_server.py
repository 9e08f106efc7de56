"""The scripted model server, by the name that tests of OpenAI's language know it."""

from __future__ import annotations

from .model_server.script import Body, BreaksOff, Calls, Fails, Reply, Says, Script, Usage
from .model_server.server import ModelServer, serving

__all__ = [
    "Body",
    "BreaksOff",
    "Calls",
    "Fails",
    "ModelServer",
    "Reply",
    "Says",
    "Script",
    "Usage",
    "serving",
]
