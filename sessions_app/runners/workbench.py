from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.base import Computers
from sessions_app.computers.results import ComputerSpec
from sessions_app.models import Session

from .room import ComputerRoom

if TYPE_CHECKING:
    from sessions_app.agents.providers import Providers


@dataclass(frozen=True)
class Workbench:
    """What every attempt of this process works with."""

    computers: Computers
    spec: ComputerSpec
    store: BlobStore
    providers: Providers

    def room_for(self, session: Session) -> ComputerRoom:
        return ComputerRoom(self.computers, self.spec, session)
